// What a connection does with the body of a request when its exchange ends before it, or beside it.
#include <gtest/gtest.h>

#include "lib/fake_step.h"
#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using exchange::Exchange;
using exchange::Verdict;
using plugin::Phase;
using test::Gate;

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

// Refuses every request once it sees its body.
std::shared_ptr<plugin::Step> refuses_bodies() {
  return std::make_shared<test::FakeStep>(
      plugin::bit(Phase::request_body),
      [](Exchange&, Phase, net::Segment) { return Verdict::answer(422, Reason::denied, "no"); });
}

TEST(ARequestBody, that_is_refused_leaves_the_requests_behind_it_whole) {
  for (const bool together : {true, false}) {
    Gate gate(test::kForward, {.steps = {refuses_bodies()}, .net = nullptr});
    const auto client = gate.connects();
    client->sends("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    if (!together) gate.settle();
    client->sends("helloGET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(gate.reads(*client).status(), 422);
    gate.settle();
    auto target = gate.target();  // the one that was opened for the first, given up by it
    target = gate.target();
    EXPECT_EQ(gate.reads(*target).first_line(), "GET /2 HTTP/1.1");
    target->sends(kOk);
    EXPECT_EQ(gate.reads(*client).status(), 200);
  }
}

TEST(ARequestBody, that_nobody_wants_is_skipped_however_it_comes) {
  for (const std::size_t piece : {1UL, 7UL, 1000UL}) {
    Gate gate(test::file_of("default: {action: {respond: {status: 403, body: no}}}\n"));
    const auto client = gate.connects();
    const std::string requests = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n" +
                                 std::string(50, 'x') + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t at = 0; at < requests.size(); at += piece) {
      client->sends(requests.substr(at, piece));
      gate.settle();
    }
    EXPECT_EQ(gate.reads(*client).status(), 403);
    EXPECT_EQ(gate.reads(*client).status(), 403);
    const auto log = gate.log();
    ASSERT_EQ(log.size(), 2u);
    EXPECT_EQ(log[1].path, "/2");
  }
}

// The answer waits while more of the unwanted body is read ahead.
TEST(ARequestBody, that_comes_while_its_answer_waits_is_skipped) {
  exchange::Ticket ticket;
  const auto waits = std::make_shared<test::FakeStep>(plugin::bit(Phase::response),
                                                      [&](Exchange& x, Phase, net::Segment) {
                                                        if (x.request.path != "/1")
                                                          return Verdict::pass();
                                                        ticket = x.ticket();
                                                        return Verdict::suspend();
                                                      });
  Gate gate(test::file_of("default: {action: {respond: {status: 403}}}\n"),
            {.steps = {waits}, .net = nullptr});
  const auto client = gate.connects();
  client->sends("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n");
  gate.settle();
  client->sends(std::string(20, 'x'));
  gate.settle();
  EXPECT_TRUE(gate.worker().waits().resume(ticket, Verdict::pass()));
  EXPECT_EQ(gate.reads(*client).status(), 403);
  client->sends(std::string(30, 'x') + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(gate.reads(*client).status(), 403);
  EXPECT_EQ(gate.log().back().path, "/2");
}

TEST(ARequestBody, that_comes_during_another_attempt_is_not_lost) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst");
  const auto first = gate.target();
  gate.settle();
  first->closes();
  // The next attempt takes its time.
  gate.net().greets = [](const std::string&) { return test::Greeting::never_answers; };
  gate.settle();
  client->sends("other");
  gate.net().greets = [](const std::string&) { return test::Greeting::accepts; };
  gate.settle();
  gate.passes(Millis(3010));
  const auto record = gate.log();
  ASSERT_EQ(record.size(), 1u) << "an attempt that got nowhere is the last";
  EXPECT_EQ(record[0].retries, 1u);
}

TEST(ARequestBody, reaches_the_second_target_whole) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfirst");
  const auto first = gate.target();
  gate.settle();
  first->closes();
  gate.turn();  // the gateway learns of it, and begins to connect
  client->sends("other");
  const auto second = gate.target();
  EXPECT_EQ(gate.reads(*second).body, "firstother");
  second->sends(kOk);
  EXPECT_EQ(gate.reads(*client).status(), 200);
}

// What was read behind a body moves the head to a larger buffer, while logs still look at it.
TEST(ARequestBody, with_much_behind_it_does_not_take_the_head_away) {
  std::string seen;
  const auto looks = std::make_shared<test::FakeStep>(
      plugin::bit(Phase::log), [&](Exchange& x, Phase, net::Segment) {
        const auto value = x.upstream.get("X-Long-Name");
        if (value) seen = std::string(*value) + std::string(x.request.path);
        return Verdict::pass();
      });
  Gate gate(test::kForward, {.steps = {looks}, .net = nullptr});
  const auto client = gate.connects();
  client->sends(
      "PUT /first/path HTTP/1.1\r\nHost: a\r\nX-Long-Name: kept\r\nContent-Length: 5\r\n\r\n");
  const auto target = gate.target();
  gate.settle();
  std::string behind = "hello";
  for (int i = 0; i < 400; ++i) behind += "GET /behind HTTP/1.1\r\nHost: a\r\n\r\n";
  client->sends(behind);
  gate.settle();
  target->sends(kOk);
  gate.settle();
  EXPECT_EQ(seen, "kept/first/path");
  EXPECT_EQ(gate.log().front().path, "/first/path");
}

TEST(ARequestBody, is_not_read_faster_than_its_target_takes_it) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n");
  const auto target = gate.target();
  gate.settle();
  auto& slow = dynamic_cast<test::MemoryFarEnd&>(*target);
  slow.holds(1000);
  slow.stops_reading();
  client->sends(std::string(10'000'000, 'x'));
  gate.settle();
  const auto& left = dynamic_cast<test::MemoryFarEnd&>(*client).wire().to_gateway.bytes;
  EXPECT_GT(left.size(), 10'000'000u - 200'000u) << "the rest waits in the client's connection";
  slow.reads_on();
  EXPECT_EQ(gate.reads(*target).body.size(), 10'000'000u);
}

TEST(AnAnswer, is_not_read_faster_than_its_client_takes_it) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto target = gate.target();
  gate.settle();
  auto& slow = dynamic_cast<test::MemoryFarEnd&>(*client);
  slow.holds(1000);
  slow.stops_reading();
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" +
                std::string(10'000'000, 'x'));
  gate.settle();
  const auto& left = dynamic_cast<test::MemoryFarEnd&>(*target).wire().to_gateway.bytes;
  EXPECT_GT(left.size(), 10'000'000u - 200'000u);
  slow.reads_on();
  EXPECT_EQ(gate.reads(*client).body.size(), 10'000'000u);
}

}  // namespace
}  // namespace gatehouse::proxy
