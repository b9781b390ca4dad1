#include "plugin/chain.h"

#include <gtest/gtest.h>

namespace gatehouse::plugin {
namespace {

struct Named final : Step {
  explicit Named(std::uint32_t which) : phases_(which) {}
  [[nodiscard]] std::uint32_t phases() const override { return phases_; }
  std::uint32_t phases_;
};

constexpr Phase kInward[] = {Phase::preflight, Phase::request, Phase::request_body};
constexpr Phase kOutward[] = {Phase::response, Phase::response_body, Phase::log};
constexpr std::uint32_t kEvery = (1U << kPhaseCount) - 1;

TEST(Chain, of_nothing_has_no_phase) {
  const Chain chain;
  for (Phase phase : kInward) EXPECT_TRUE(chain.empty(phase));
  for (Phase phase : kOutward) EXPECT_TRUE(chain.empty(phase));
}

TEST(Chain, keeps_the_order_on_the_way_in_and_reverses_it_on_the_way_out) {
  const auto first = std::make_shared<Named>(kEvery);
  const auto second = std::make_shared<Named>(kEvery);
  const Chain chain({first, second});
  for (Phase phase : kInward) {
    EXPECT_EQ(&chain.step(phase, 0), first.get());
    EXPECT_EQ(&chain.step(phase, 1), second.get());
  }
  for (Phase phase : kOutward) {
    EXPECT_EQ(&chain.step(phase, 0), second.get());
    EXPECT_EQ(&chain.step(phase, 1), first.get());
  }
}

TEST(Chain, has_a_step_only_in_the_phases_that_it_takes_part_in) {
  const auto body = std::make_shared<Named>(bit(Phase::request_body));
  const auto both = std::make_shared<Named>(bit(Phase::request) | bit(Phase::response));
  const Chain chain({body, both});
  EXPECT_TRUE(chain.empty(Phase::preflight));
  EXPECT_EQ(chain.size(Phase::request), 1u);
  EXPECT_EQ(&chain.step(Phase::request, 0), both.get());
  EXPECT_EQ(chain.size(Phase::request_body), 1u);
  EXPECT_EQ(&chain.step(Phase::request_body, 0), body.get());
  EXPECT_EQ(chain.size(Phase::response), 1u);
  EXPECT_TRUE(chain.empty(Phase::response_body));
  EXPECT_TRUE(chain.empty(Phase::log));
}

TEST(Chain, is_served_by_its_handler_alone) {
  const auto step = std::make_shared<Named>(kEvery);
  const auto handler = std::make_shared<Named>(kEvery);
  EXPECT_TRUE(Chain({step}).empty(Phase::serve));
  const Chain chain({step}, Millis(2000), handler);
  ASSERT_EQ(chain.size(Phase::serve), 1u);
  EXPECT_EQ(&chain.step(Phase::serve, 0), handler.get());
  EXPECT_EQ(chain.size(Phase::request), 1u);
  EXPECT_EQ(&chain.step(Phase::request, 0), step.get());
}

struct Expecting final : Step {
  explicit Expecting(std::string& seen) : seen_(seen) {}
  [[nodiscard]] std::uint32_t phases() const override { return bit(Phase::request); }
  [[nodiscard]] bool expects() const override { return true; }
  void expect(exchange::Exchange&) override { seen_ += "expected "; }
  std::string& seen_;
};

TEST(Chain, tells_the_steps_that_want_to_know_that_an_exchange_is_on_its_way) {
  std::string seen;
  struct Plain final : exchange::Exchange {
    exchange::Ticket ticket() override { return {}; }
  } x;
  const Chain chain({std::make_shared<Named>(kEvery), std::make_shared<Expecting>(seen),
                     std::make_shared<Expecting>(seen)},
                    Millis(2000), std::make_shared<Named>(kEvery));
  chain.expect(x);
  EXPECT_EQ(seen, "expected expected ");
  EXPECT_EQ(chain.size(Phase::request), 3u);
  EXPECT_EQ(chain.size(Phase::serve), 1u);
}

TEST(Chain, owns_its_steps) {
  auto step = std::make_shared<Named>(kEvery);
  const std::weak_ptr<Named> watch = step;
  {
    const Chain chain({std::move(step)});
    EXPECT_FALSE(watch.expired());
  }
  EXPECT_TRUE(watch.expired());
}

TEST(Chain, waits_two_seconds_unless_told_otherwise) {
  EXPECT_EQ(Chain(std::vector<std::shared_ptr<Step>>{}).deadline(), Millis(2000));
  EXPECT_EQ(Chain(std::vector<std::shared_ptr<Step>>{}, Millis(50)).deadline(), Millis(50));
}

TEST(Step, passes_in_every_phase_that_it_does_not_define) {
  struct Bare final : Step {
    [[nodiscard]] std::uint32_t phases() const override { return kEvery; }
  } step;
  struct Plain final : exchange::Exchange {
    exchange::Ticket ticket() override { return {}; }
  } x;
  using Kind = exchange::Verdict::Kind;
  EXPECT_EQ(step.on_preflight(x).kind, Kind::pass);
  EXPECT_EQ(step.on_request(x).kind, Kind::pass);
  EXPECT_EQ(step.on_request_body(x, {}).kind, Kind::pass);
  EXPECT_EQ(step.on_response(x).kind, Kind::pass);
  EXPECT_EQ(step.on_response_body(x, {}).kind, Kind::pass);
  EXPECT_EQ(step.on_log(x).kind, Kind::pass);
}

}  // namespace
}  // namespace gatehouse::plugin
