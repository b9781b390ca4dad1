// What steps decide, and what they see of each other.
#include <gtest/gtest.h>

#include "lib/fake_step.h"
#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using exchange::Exchange;
using exchange::Verdict;
using plugin::bit;
using plugin::Phase;
using test::FakeStep;
using test::Gate;

constexpr std::uint32_t kAll = (1U << plugin::kPhaseCount) - 1;

std::shared_ptr<FakeStep> step(std::uint32_t phases, FakeStep::Does does) {
  return std::make_shared<FakeStep>(phases, std::move(does));
}
std::shared_ptr<FakeStep> passes(std::uint32_t phases) {
  return step(phases, [](Exchange&, Phase, net::Segment) { return Verdict::pass(); });
}
// Waits the first time that it is asked.
std::shared_ptr<FakeStep> waits_once(Phase phase, exchange::Ticket& ticket) {
  return step(bit(phase), [&ticket, asked = false](Exchange& x, Phase, net::Segment) mutable {
    if (std::exchange(asked, true)) return Verdict::pass();
    ticket = x.ticket();
    return Verdict::suspend();
  });
}

class AChain : public ::testing::Test {
 protected:
  void has(std::vector<std::shared_ptr<plugin::Step>> steps) {
    gate_ = std::make_unique<Gate>(test::kForward,
                                   test::GateOptions{.steps = std::move(steps), .net = nullptr});
    client_ = gate_->connects();
  }
  std::shared_ptr<test::FarEnd> forwards(const std::string& request) {
    client_->sends(request);
    return gate_->target();
  }
  test::WireMessage answers(test::FarEnd& target, const std::string& answer) {
    target.sends(answer);
    return gate_->reads(*client_);
  }
  bool resumes(exchange::Ticket ticket, Verdict verdict = Verdict::pass()) {
    const bool waited = gate_->worker().waits().resume(ticket, verdict);
    gate_->settle();
    return waited;
  }

  std::unique_ptr<Gate> gate_;
  std::shared_ptr<test::FarEnd> client_;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kPost = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Theirs: a\r\n\r\nworld";

TEST_F(AChain, runs_every_phase_once_in_order) {
  const auto only = passes(kAll);
  has({only});
  const auto target = forwards(kPost);
  EXPECT_EQ(gate_->reads(*target).body, "hello");
  EXPECT_EQ(answers(*target, kOk).body, "world");
  gate_->settle();
  EXPECT_EQ(only->calls, (std::vector<std::string>{"preflight", "request", "request_body",
                                                   "response", "response_body", "log"}));
}

TEST_F(AChain, runs_the_way_back_in_reverse) {
  std::string order;
  const auto names = [&](char name) {
    return step(bit(Phase::request) | bit(Phase::response),
                [&order, name](Exchange&, Phase, net::Segment) {
                  order += name;
                  return Verdict::pass();
                });
  };
  has({names('a'), names('b'), names('c')});
  answers(*forwards(kGet), kOk);
  EXPECT_EQ(order, "abccba");
}

TEST_F(AChain, that_answers_asks_no_target_and_shows_the_answer_to_the_way_back) {
  const auto outer = passes(bit(Phase::request) | bit(Phase::response) | bit(Phase::log));
  const auto refuses = step(bit(Phase::request), [](Exchange&, Phase, net::Segment) {
    return Verdict::answer(401, Reason::denied, "who are you?");
  });
  const auto inner = passes(bit(Phase::request));
  has({outer, refuses, inner});
  client_->sends(kGet);
  const auto answer = gate_->reads(*client_);
  EXPECT_EQ(answer.status(), 401);
  EXPECT_EQ(answer.body, "who are you?");
  EXPECT_EQ(gate_->net().attempts, 0u);
  EXPECT_EQ(outer->calls, (std::vector<std::string>{"request", "response", "log"}));
  EXPECT_TRUE(inner->calls.empty());
  EXPECT_EQ(word(gate_->logged().reason), "denied");
}

TEST_F(AChain, may_replace_an_answer_and_only_steps_further_out_see_the_new_one) {
  std::vector<std::uint16_t> seen;
  const auto sees = [&] {
    return step(bit(Phase::response), [&seen](Exchange& x, Phase, net::Segment) {
      seen.push_back(x.response_status);
      return Verdict::pass();
    });
  };
  const auto replaces = step(bit(Phase::response), [](Exchange&, Phase, net::Segment) {
    return Verdict::answer(503, Reason::step_failed, "closed");
  });
  has({sees(), replaces, sees()});
  EXPECT_EQ(answers(*forwards(kGet), kOk).body, "closed");
  EXPECT_EQ(seen, (std::vector<std::uint16_t>{200, 503}));
  EXPECT_EQ(word(gate_->logged().reason), "step_failed");
}

TEST_F(AChain, whose_step_never_comes_back_from_the_response_answers_once) {
  const auto outer = passes(bit(Phase::response));
  const auto hangs = std::make_shared<test::WaitingStep>(Phase::response);
  has({outer, hangs});
  forwards(kGet)->sends(kOk);
  gate_->settle();
  gate_->passes(Millis(2010));
  EXPECT_EQ(gate_->reads(*client_).status(), 503);
  EXPECT_EQ(hangs->calls.size(), 1u);
  EXPECT_EQ(outer->calls.size(), 1u) << "it sees the answer that is sent";
  EXPECT_EQ(word(gate_->logged().reason), "step_timeout");
}

TEST_F(AChain, sees_a_body_that_comes_after_the_answer_began) {
  std::string seen;
  has({step(bit(Phase::request_body), [&](Exchange&, Phase, net::Segment segment) {
    seen += segment.bytes;
    return Verdict::pass();
  })});
  const auto target = forwards("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello");
  gate_->settle();
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwo");
  gate_->settle();
  client_->sends("again");
  gate_->settle();
  EXPECT_EQ(seen, "helloagain");
  EXPECT_EQ(gate_->reads(*target).body, "helloagain");
}

TEST_F(AChain, that_holds_the_only_piece_of_a_body_passes_it_on_whole) {
  exchange::Ticket ticket;
  has({waits_once(Phase::request_body, ticket)});
  const auto target = forwards(kPost);
  gate_->settle();
  EXPECT_EQ(target->inbox().find("hello"), std::string::npos);
  EXPECT_TRUE(resumes(ticket));
  EXPECT_EQ(gate_->reads(*target).body, "hello");
  EXPECT_EQ(answers(*target, kOk).body, "world");
}

TEST_F(AChain, that_holds_a_piece_of_the_request_holds_an_early_answer) {
  exchange::Ticket ticket;
  const auto back = passes(bit(Phase::response));
  has({waits_once(Phase::request_body, ticket), back});
  const auto target = forwards(kPost);
  gate_->settle();
  target->sends(kOk.substr(0, kOk.size() - 3));
  gate_->settle();
  EXPECT_TRUE(back->calls.empty());
  EXPECT_TRUE(resumes(ticket));
  EXPECT_EQ(gate_->reads(*target).body, "hello");
  target->sends(kOk.substr(kOk.size() - 3));
  const auto answer = gate_->reads(*client_);
  EXPECT_EQ(answer.body, "world");
  EXPECT_EQ(answer.field("X-Theirs"), "a");
  EXPECT_EQ(back->calls.size(), 1u);
  EXPECT_EQ(word(gate_->logged().reason), "none");
}

TEST_F(AChain, can_be_resumed_only_once) {
  exchange::Ticket ticket;
  has({waits_once(Phase::request, ticket)});
  client_->sends(kGet);
  gate_->settle();
  EXPECT_TRUE(resumes(ticket, Verdict::answer(401, Reason::denied, "no")));
  EXPECT_FALSE(resumes(ticket, Verdict::answer(402, Reason::denied, "no")));
  EXPECT_FALSE(resumes(ticket));
  EXPECT_EQ(gate_->reads(*client_).status(), 401);
  EXPECT_EQ(client_->inbox(), "");
  EXPECT_EQ(gate_->worker().waits().late(), 2u);
  EXPECT_EQ(word(gate_->logged().reason), "denied");
}

TEST_F(AChain, outlives_the_total_timeout_when_only_the_log_waits) {
  exchange::Ticket ticket;
  const auto logs = waits_once(Phase::log, ticket);
  gate_ = std::make_unique<Gate>(test::kForward + "timeouts: {total: 500ms}\n",
                                 test::GateOptions{.steps = {logs}, .net = nullptr});
  client_ = gate_->connects();
  const auto target = forwards(kGet);
  gate_->settle();
  client_->resets();
  gate_->settle();
  gate_->passes(Millis(600));
  EXPECT_TRUE(gate_->log().empty());
  EXPECT_TRUE(resumes(ticket));
  EXPECT_EQ(word(gate_->logged().reason), "client_reset");
}

TEST_F(AChain, reads_back_its_edits_in_every_later_phase) {
  std::vector<std::string> seen;
  const auto text = [](const std::optional<std::string_view>& value) {
    return std::string(value.value_or("-"));
  };
  const auto edits = step(bit(Phase::request), [](Exchange& x, Phase, net::Segment) {
    EXPECT_TRUE(x.upstream.set("X-User", "ann"));
    x.upstream.remove("X-Secret");
    EXPECT_FALSE(x.upstream.set("X-User", "bob\r\nX-Admin: 1"));
    return Verdict::pass();
  });
  const auto reads =
      step(bit(Phase::request) | bit(Phase::log), [&](Exchange& x, Phase phase, net::Segment) {
        seen.push_back(text(x.upstream.get("x-user")) + text(x.upstream.get("X-Secret")) +
                       text(x.upstream.get("User-Agent")));
        if (phase == Phase::log) seen.push_back(text(x.response.get("x-theirs")));
        return Verdict::pass();
      });
  exchange::Ticket ticket;
  has({edits, reads, waits_once(Phase::log, ticket)});
  const auto target = forwards(
      "GET /path HTTP/1.1\r\nHost: a\r\nUser-Agent: me\r\nX-Secret: s\r\nX-User: eve\r\n\r\n");
  const auto request = gate_->reads(*target);
  EXPECT_EQ(request.field("X-User"), "ann");
  EXPECT_EQ(request.field("X-Secret"), "");
  EXPECT_EQ(request.head.find("eve"), std::string::npos);
  EXPECT_EQ(request.head.find("X-Admin"), std::string::npos);
  answers(*target, kOk);
  gate_->settle();
  EXPECT_TRUE(resumes(ticket)) << "its client is served already";
  EXPECT_EQ(seen, (std::vector<std::string>{"ann-me", "ann-me", "a"}));
  EXPECT_EQ(gate_->logged().path, "/path");
}

}  // namespace
}  // namespace gatehouse::proxy
