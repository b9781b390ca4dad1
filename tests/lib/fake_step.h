// A step of a chain that does what a test wants, and remembers that it was asked.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plugin/chain.h"

namespace gatehouse::test {

using exchange::Verdict;
using plugin::Phase;

class FakeStep : public plugin::Step {
 public:
  using Does = std::function<Verdict(exchange::Exchange&, Phase, net::Segment)>;
  FakeStep(std::uint32_t phases, Does does) : phases_(phases), does_(std::move(does)) {}

  [[nodiscard]] std::uint32_t phases() const override { return phases_; }
  Verdict on_preflight(exchange::Exchange& x) override { return called(x, Phase::preflight, {}); }
  Verdict on_request(exchange::Exchange& x) override { return called(x, Phase::request, {}); }
  Verdict on_request_body(exchange::Exchange& x, net::Segment segment) override {
    return called(x, Phase::request_body, segment);
  }
  Verdict on_response(exchange::Exchange& x) override { return called(x, Phase::response, {}); }
  Verdict on_response_body(exchange::Exchange& x, net::Segment segment) override {
    return called(x, Phase::response_body, segment);
  }
  Verdict on_log(exchange::Exchange& x) override { return called(x, Phase::log, {}); }
  void on_cancel(exchange::Exchange&) override { ++cancels; }

  std::vector<std::string> calls;
  unsigned cancels = 0;

 private:
  Verdict called(exchange::Exchange& x, Phase phase, net::Segment segment) {
    calls.emplace_back(plugin::word(phase));
    return does_(x, phase, segment);
  }

  std::uint32_t phases_;
  Does does_;
};

// Waits in one phase until the test resumes it.
class WaitingStep final : public FakeStep {
 public:
  explicit WaitingStep(Phase phase)
      : FakeStep(plugin::bit(phase), [this](exchange::Exchange& x, Phase, net::Segment) {
          ticket = x.ticket();
          return Verdict::suspend();
        }) {}

  std::optional<exchange::Ticket> ticket;  // of the last wait
};

}  // namespace gatehouse::test
