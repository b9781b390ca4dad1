// A step waits in each phase while something else happens to its exchange.
#include <gtest/gtest.h>

#include "lib/fake_step.h"
#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using exchange::Verdict;
using plugin::Phase;
using test::Gate;
using test::WaitingStep;

enum class Event : std::uint8_t { nothing, client_resets, deadline, reload, drain, target_dies };

struct Row {
  Phase phase;
  Event event;
  bool resumes;     // the step does so afterwards, and in time
  Reason reason;    // of the record
  unsigned status;  // that the client got; 0: none, or cut in the middle
  unsigned cancels;
};

// Before anything of the answer is sent a wait that ends badly is answered; after that the client
// is cut off; when only the log waits nothing of it shows.
const Row kRows[] = {
    {Phase::preflight, Event::nothing, true, Reason::none, 200, 0},
    {Phase::preflight, Event::client_resets, false, Reason::client_reset, 0, 1},
    {Phase::preflight, Event::deadline, false, Reason::step_timeout, 503, 1},
    {Phase::preflight, Event::reload, true, Reason::none, 200, 0},
    {Phase::preflight, Event::drain, true, Reason::none, 200, 0},
    {Phase::preflight, Event::target_dies, true, Reason::target_unreachable, 502, 0},
    {Phase::request, Event::nothing, true, Reason::none, 200, 0},
    {Phase::request, Event::client_resets, false, Reason::client_reset, 0, 1},
    {Phase::request, Event::deadline, false, Reason::step_timeout, 503, 1},
    {Phase::request, Event::reload, true, Reason::none, 200, 0},
    {Phase::request, Event::drain, true, Reason::none, 200, 0},
    {Phase::request, Event::target_dies, true, Reason::target_unreachable, 502, 0},
    {Phase::request_body, Event::nothing, true, Reason::none, 200, 0},
    {Phase::request_body, Event::client_resets, false, Reason::client_reset, 0, 1},
    {Phase::request_body, Event::deadline, false, Reason::step_timeout, 503, 1},
    {Phase::request_body, Event::reload, true, Reason::none, 200, 0},
    {Phase::request_body, Event::drain, true, Reason::none, 200, 0},
    {Phase::request_body, Event::target_dies, false, Reason::target_reset, 502, 1},
    {Phase::response, Event::nothing, true, Reason::none, 200, 0},
    {Phase::response, Event::client_resets, false, Reason::client_reset, 0, 1},
    {Phase::response, Event::deadline, false, Reason::step_timeout, 503, 1},
    {Phase::response, Event::reload, true, Reason::none, 200, 0},
    {Phase::response, Event::drain, true, Reason::none, 200, 0},
    {Phase::response, Event::target_dies, true, Reason::target_truncated, 0, 0},
    {Phase::response_body, Event::nothing, true, Reason::none, 200, 0},
    {Phase::response_body, Event::client_resets, false, Reason::client_reset, 0, 1},
    {Phase::response_body, Event::deadline, false, Reason::step_timeout, 0, 1},
    {Phase::response_body, Event::reload, true, Reason::none, 200, 0},
    {Phase::response_body, Event::drain, true, Reason::none, 200, 0},
    {Phase::response_body, Event::target_dies, true, Reason::target_truncated, 0, 0},
    {Phase::log, Event::nothing, true, Reason::none, 200, 0},
    {Phase::log, Event::client_resets, true, Reason::none, 200, 0},
    {Phase::log, Event::deadline, false, Reason::none, 200, 1},
    {Phase::log, Event::reload, true, Reason::none, 200, 0},
    {Phase::log, Event::drain, true, Reason::none, 200, 0},
    {Phase::log, Event::target_dies, true, Reason::none, 200, 0},
};

const char* word(Event event) {
  constexpr const char* kWords[] = {"nothing", "client_resets", "deadline",
                                    "reload",  "drain",         "target_dies"};
  return kWords[static_cast<std::size_t>(event)];
}

class AWaitingStep : public ::testing::TestWithParam<Row> {
 protected:
  // A request whose step waits, and everything that comes before.
  void arrive() {
    const Phase phase = GetParam().phase;
    client_->sends("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    gate_.settle();
    if (phase <= Phase::request) return;
    target_ = gate_.target();
    client_->sends("hello");
    gate_.settle();
    if (phase == Phase::request_body) return;
    EXPECT_EQ(gate_.reads(*target_).body, "hello");
    target_->sends("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwo");
    if (phase == Phase::log) target_->sends("rld");
    gate_.settle();
  }
  void happen() {
    switch (GetParam().event) {
      case Event::nothing:
        break;
      case Event::client_resets:
        client_->resets();
        break;
      case Event::deadline:
        gate_.passes(Millis(2010));
        break;
      case Event::reload:
        gate_.reload(test::file_of("default: {action: {respond: {status: 204}}}\n"));
        break;
      case Event::drain:
        gate_.worker().drain([this] { drained_ = true; });
        break;
      case Event::target_dies:
        if (target_ != nullptr) target_->resets();
        gate_.net().greets = [](const std::string&) { return test::Greeting::refuses; };
        break;
    }
    gate_.settle();
  }
  // The exchange goes on to its end, as far as its client and its target can help.
  void go_on() {
    EXPECT_TRUE(gate_.worker().waits().resume(*step_->ticket, Verdict::pass()));
    gate_.settle();
    const Phase phase = GetParam().phase;
    if (phase <= Phase::request) {
      client_->sends("hello");
      gate_.settle();
      if (GetParam().event == Event::target_dies) return;
      target_ = gate_.target();
    }
    if (phase <= Phase::request_body) {
      EXPECT_EQ(gate_.reads(*target_).body, "hello");
      target_->sends("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld");
    } else if (phase != Phase::log) {
      if (GetParam().event != Event::target_dies) target_->sends("rld");
    }
    gate_.settle();
    if (phase == Phase::response_body && GetParam().event != Event::target_dies) {
      EXPECT_TRUE(gate_.worker().waits().resume(*step_->ticket, Verdict::pass()));
      gate_.settle();
    }
  }
  [[nodiscard]] unsigned status_that_the_client_has() const {
    const auto message = test::read_message(client_->inbox(), {.ended = client_->saw_end()});
    return message ? static_cast<unsigned>(message->status()) : 0;
  }

  std::shared_ptr<WaitingStep> step_ = std::make_shared<WaitingStep>(GetParam().phase);
  Gate gate_{test::kForward, {.steps = {step_}, .net = nullptr}};
  std::shared_ptr<test::FarEnd> client_ = gate_.connects();
  std::shared_ptr<test::FarEnd> target_;
  bool drained_ = false;
};

TEST_P(AWaitingStep, leaves_one_record_and_a_ticket_that_does_nothing) {
  const Row& row = GetParam();
  const std::uint64_t bugs = bug_count();
  const std::weak_ptr<const snapshot::Snapshot> before = gate_.live();
  arrive();
  ASSERT_TRUE(step_->ticket.has_value());
  EXPECT_EQ(gate_.worker().waits().open_count(), 1u);
  EXPECT_TRUE(gate_.log().empty()) << "it has not ended";
  happen();
  if (row.resumes) go_on();

  const auto record = gate_.logged();
  EXPECT_EQ(gatehouse::word(record.reason), gatehouse::word(row.reason));
  EXPECT_EQ(status_that_the_client_has(), row.status) << client_->inbox();
  EXPECT_EQ(record.generation, 1u);
  EXPECT_EQ(step_->cancels, row.cancels);
  EXPECT_EQ(gate_.ended(row.reason), 1u);
  EXPECT_EQ(gate_.metrics().requests.value(), 1u);
  EXPECT_EQ(gate_.metrics().exchanges_open.value(), 0);
  EXPECT_EQ(gate_.worker().waits().open_count(), 0u);
  EXPECT_EQ(before.expired(), row.event == Event::reload) << "pinned by nothing any more";
  if (row.event == Event::drain) {
    EXPECT_TRUE(client_->saw_end());
    client_->closes();
    gate_.settle();
  }
  EXPECT_EQ(drained_, row.event == Event::drain);

  const auto late = gate_.worker().waits().late();
  const Verdict answer = Verdict::answer(418, Reason::denied, "late");
  EXPECT_FALSE(gate_.worker().waits().resume(*step_->ticket, answer));
  gate_.settle();
  EXPECT_EQ(gate_.worker().waits().late(), late + 1);
  EXPECT_TRUE(gate_.log().empty());
  EXPECT_EQ(client_->inbox().find("418"), std::string::npos);
  EXPECT_EQ(bug_count(), bugs);
}

TEST_P(AWaitingStep, ends_with_its_worker) {
  arrive();
  ASSERT_TRUE(step_->ticket.has_value());
  happen();
  gate_.log();
  const bool over = gate_.metrics().exchanges_open.value() == 0;
  const unsigned cancels = step_->cancels;
  gate_.stops_worker();
  EXPECT_EQ(gate_.log().size(), over ? 0u : 1u);
  EXPECT_GE(step_->cancels, cancels + (over ? 0 : 1));
}

INSTANTIATE_TEST_SUITE_P(In, AWaitingStep, ::testing::ValuesIn(kRows), [](const auto& row) {
  return std::string(plugin::word(row.param.phase)) + "_and_" + word(row.param.event);
});

TEST(AStepOfTheResponse, that_resumes_before_the_body_comes_lets_the_head_go_alone) {
  const auto step = std::make_shared<WaitingStep>(Phase::response);
  Gate gate(test::kForward, {.steps = {step}, .net = nullptr});
  const auto asks = [&](const auto& client) {
    client->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    auto target = gate.target();
    static_cast<void>(gate.reads(*target));
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
    gate.settle();
    EXPECT_TRUE(gate.worker().waits().resume(*step->ticket, Verdict::pass()));
    gate.settle();
    return target;
  };
  const auto first = gate.connects();
  const auto first_target = asks(first);
  EXPECT_TRUE(first->inbox().ends_with("\r\n\r\n")) << "it waits for nothing: " << first->inbox();
  const auto second = gate.connects();
  const auto second_target = asks(second);
  first_target->sends("hello");
  second_target->sends("world");
  EXPECT_EQ(gate.reads(*first).body, "hello");
  EXPECT_EQ(gate.reads(*second).body, "world");
}

}  // namespace
}  // namespace gatehouse::proxy
