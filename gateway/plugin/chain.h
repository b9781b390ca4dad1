// The steps that a rule's exchanges pass through.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "exchange/exchange.h"
#include "exchange/verdict.h"
#include "net/segment.h"

namespace gatehouse::plugin {

enum class Phase : std::uint8_t { preflight, request, request_body, response, response_body, log };
inline constexpr std::size_t kPhaseCount = 6;

// One step.  It takes part in the phases whose bit is set in `phases`; others are never called.
// Every call may suspend. One object per gateway, called by every worker: state lies in the
// exchange's arena or is thread-safe.
class Step {
 public:
  virtual ~Step() = default;
  [[nodiscard]] virtual std::uint32_t phases() const = 0;

  virtual exchange::Verdict on_preflight(exchange::Exchange&) { return exchange::Verdict::pass(); }
  virtual exchange::Verdict on_request(exchange::Exchange&) { return exchange::Verdict::pass(); }
  virtual exchange::Verdict on_request_body(exchange::Exchange&, net::Segment) {
    return exchange::Verdict::pass();
  }
  virtual exchange::Verdict on_response(exchange::Exchange&) { return exchange::Verdict::pass(); }
  virtual exchange::Verdict on_response_body(exchange::Exchange&, net::Segment) {
    return exchange::Verdict::pass();
  }
  virtual exchange::Verdict on_log(exchange::Exchange&) { return exchange::Verdict::pass(); }
  // The wait that the step asked for has ended without it: client gone, deadline, drain.
  virtual void on_cancel(exchange::Exchange&) {}
};
[[nodiscard]] constexpr std::uint32_t bit(Phase phase) {
  return 1U << static_cast<unsigned>(phase);
}

// The steps of one rule, in the order of the file, sorted into phases when the snapshot is built:
// an empty phase is one null test.  Response phases run in reverse, so that the first step named is
// the outermost.
class Chain {
 public:
  Chain() = default;
  explicit Chain(std::vector<std::shared_ptr<Step>> steps, Millis deadline = Millis(2000));

  [[nodiscard]] bool empty(Phase phase) const { return of(phase).empty(); }
  [[nodiscard]] std::size_t size(Phase phase) const { return of(phase).size(); }
  [[nodiscard]] Step& step(Phase phase, std::size_t i) const { return *of(phase)[i]; }
  // How long a wait may take before it is ended for the step.
  [[nodiscard]] Millis deadline() const { return deadline_; }

 private:
  [[nodiscard]] const std::vector<Step*>& of(Phase phase) const {
    return phases_[static_cast<std::size_t>(phase)];
  }
  std::vector<std::shared_ptr<Step>> steps_;
  std::array<std::vector<Step*>, kPhaseCount> phases_;
  Millis deadline_{2000};
};

}  // namespace gatehouse::plugin
