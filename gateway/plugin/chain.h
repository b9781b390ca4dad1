// The steps that a rule's exchanges pass through.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/prefetch.h"
#include "exchange/exchange.h"
#include "exchange/services.h"
#include "exchange/verdict.h"
#include "net/segment.h"

namespace gatehouse::plugin {

enum class Phase : std::uint8_t {
  preflight,
  request,
  request_body,
  response,
  response_body,
  log,
  serve,  // the action of a rule
};
inline constexpr std::size_t kPhaseCount = 7;
[[nodiscard]] std::string_view word(Phase phase);

// A piece of a body on its way past the steps, which may put others in its place.
struct Piece {
  std::string_view bytes;
  bool is_last = false;  // nothing follows; it may be empty
};

// What a step would do in a phase, as it says itself.
struct Explained {
  std::vector<std::string> says;
  std::uint16_t answers = 0;  // 0: what follows it runs
  // Header fields, in order; without a value: the field goes.
  std::vector<std::pair<std::string, std::optional<std::string>>> fields;
};

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
  virtual exchange::Verdict on_serve(exchange::Exchange&) { return exchange::Verdict::pass(); }
  // A piece of the body of either phase.
  virtual exchange::Verdict on_piece(exchange::Exchange& x, Phase phase, Piece& piece) {
    if (piece.is_last && piece.bytes.empty()) return exchange::Verdict::pass();
    return phase == Phase::request_body ? on_request_body(x, {.bytes = piece.bytes})
                                        : on_response_body(x, {.bytes = piece.bytes});
  }
  // The wait that the step asked for has ended without it: client gone, deadline, drain.
  virtual void on_cancel(exchange::Exchange&) {}
  // Whether it wants to be told that an exchange is on its way to it; then it may ask for memory
  // that it will want, which comes while the steps before it run.
  [[nodiscard]] virtual bool expects() const { return false; }
  virtual void expect(exchange::Exchange&) {}
  // Its deadline has passed; `on_cancel` has been called.  True: the exchange goes on without it.
  virtual bool on_deadline(exchange::Exchange&) { return false; }
  // How long a wait may take; 0: as long as the chain says.
  [[nodiscard]] virtual Millis deadline() const { return Millis(0); }

  // What it would do with the request of an exchange that nobody waits for.  False: it does not
  // say.
  virtual bool explain(Phase, exchange::Exchange&, Explained&) const { return false; }

  // What it cannot work without and does not have, such as keys; "": it has all.  Thread: control.
  [[nodiscard]] virtual std::string lacks() const { return {}; }

  // What logs and `explain` call it.
  [[nodiscard]] virtual std::string_view name() const { return "step"; }
  // A number that another configuration of it does not have.
  [[nodiscard]] virtual std::uint64_t serial() const { return 0; }
  // Makes what `workers` workers need; before the generation goes live.  "", or what failed.
  // Thread: control.
  [[nodiscard]] virtual std::string prepare(unsigned) { return {}; }
  // A worker adopted its first generation with the step, or let go of its last.
  virtual void start(exchange::Services&) {}
  virtual void stop(exchange::Services&) {}
};
[[nodiscard]] constexpr std::uint32_t bit(Phase phase) {
  return 1U << static_cast<unsigned>(phase);
}

// The steps of one rule, in the order of the file, sorted into phases when the snapshot is built:
// an empty phase is one null test.  Response phases run in reverse, so that the first step named is
// the outermost.
class Chain {
 public:
  Chain() : Chain(std::vector<std::shared_ptr<Step>>{}) {}
  // `handler`: the action, if a plugin is it.
  explicit Chain(std::vector<std::shared_ptr<Step>> steps, Millis deadline = Millis(2000),
                 std::shared_ptr<Step> handler = nullptr);
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  [[nodiscard]] bool empty(Phase phase) const { return size(phase) == 0; }
  [[nodiscard]] std::size_t size(Phase phase) const { return begin(phase, 1) - begin(phase); }
  [[nodiscard]] Step& step(Phase phase, std::size_t i) const { return *order_[begin(phase) + i]; }
  // With thousands of rules a chain lies in no cache.  These ask the processor for it, and for the
  // steps that want to know of the exchange; then `expect` tells them.  Best with other work
  // between them.
  void prefetch() const { gatehouse::prefetch(this, sizeof(Chain)); }
  void prefetch_steps() const {
    constexpr std::size_t kHot = 256;  // of a step, from its beginning
    for (std::size_t i = begin_[kPhaseCount]; i < size_; ++i) gatehouse::prefetch(order_[i], kHot);
  }
  void expect(exchange::Exchange& x) const {
    for (std::size_t i = begin_[kPhaseCount]; i < size_; ++i) order_[i]->expect(x);
  }
  // In the order of the file.
  [[nodiscard]] const std::vector<std::shared_ptr<Step>>& steps() const { return steps_; }
  [[nodiscard]] const Step* handler() const { return handler_.get(); }
  // How long a wait may take before it is ended for the step.
  [[nodiscard]] Millis deadline() const { return deadline_; }

 private:
  [[nodiscard]] std::size_t begin(Phase phase, std::size_t later = 0) const {
    return begin_[static_cast<std::size_t>(phase) + later];
  }
  Step* const* order_;  // of all phases, one after the other, and those that expect
  std::array<std::uint32_t, kPhaseCount + 1> begin_{};  // where each begins, and the end
  std::uint32_t size_;
  std::array<Step*, 12> few_{};  // these or those are what `order_` looks at
  std::vector<Step*> many_;
  Millis deadline_{2000};
  std::vector<std::shared_ptr<Step>> steps_;
  std::shared_ptr<Step> handler_;
};

// The names of the steps that run in a phase, in the order in which they run.
struct PhaseSteps {
  std::string phase;
  std::vector<std::string> steps;
};
// The phases in which a step runs, in order; a handler is no step.
[[nodiscard]] std::vector<PhaseSteps> steps_by_phase(const Chain& chain);

}  // namespace gatehouse::plugin
