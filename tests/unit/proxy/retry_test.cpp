// What is tried again: by method, by what failed, by what had been sent (RFC 9110 9.2.2).
#include <gtest/gtest.h>

#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using test::Gate;
using test::Greeting;

enum class Failure : std::uint8_t {
  refused,  // the connect
  connect_times_out,
  stale,   // a kept connection that the target had closed
  closes,  // after it got the request
  resets,
  closes_in_head,  // of its answer
  closes_in_body,
  times_out,
  answers_503,
};
enum class Sent : std::uint8_t { head, head_and_some, all };  // of the request, before it fails

struct Row {
  const char* method;
  Failure failure;
  Sent sent;
  bool again;
};

// A request whose effect may have reached a target is never sent to another unless its method makes
// that harmless; one that the target certainly did not take always is, as long as its body is still
// at hand.
const Row kRows[] = {
    {"GET", Failure::refused, Sent::all, true},
    {"POST", Failure::refused, Sent::all, true},
    {"POST", Failure::refused, Sent::head, true},
    {"GET", Failure::connect_times_out, Sent::all, true},
    {"POST", Failure::connect_times_out, Sent::all, true},
    {"GET", Failure::stale, Sent::all, true},
    {"POST", Failure::stale, Sent::all, true},
    {"PATCH", Failure::stale, Sent::all, true},
    {"POST", Failure::stale, Sent::head, true},
    {"GET", Failure::closes, Sent::all, true},
    {"HEAD", Failure::closes, Sent::all, true},
    {"PUT", Failure::closes, Sent::all, true},
    {"DELETE", Failure::closes, Sent::all, true},
    {"OPTIONS", Failure::closes, Sent::all, true},
    {"POST", Failure::closes, Sent::all, false},
    {"PATCH", Failure::closes, Sent::all, false},
    {"LOCK", Failure::closes, Sent::all, false},
    {"PUT", Failure::closes, Sent::head, true},
    {"PUT", Failure::closes, Sent::head_and_some, false},  // its first piece is gone
    {"POST", Failure::closes, Sent::head, false},
    {"GET", Failure::resets, Sent::all, true},
    {"PUT", Failure::resets, Sent::all, true},
    {"POST", Failure::resets, Sent::all, false},
    {"GET", Failure::closes_in_head, Sent::all, false},
    {"GET", Failure::closes_in_body, Sent::all, false},
    {"GET", Failure::times_out, Sent::all, false},
    {"POST", Failure::times_out, Sent::all, false},
    {"GET", Failure::answers_503, Sent::all, false},
};

std::string name_of(const Row& row) {
  constexpr const char* kFailures[] = {
      "refused",        "connect_times_out", "stale",     "closes",     "resets",
      "closes_in_head", "closes_in_body",    "times_out", "answers_503"};
  constexpr const char* kSent[] = {"after_head", "after_some", "after_all"};
  return std::string(row.method) + "_" + kFailures[static_cast<std::size_t>(row.failure)] + "_" +
         kSent[static_cast<std::size_t>(row.sent)];
}

class Retry : public ::testing::TestWithParam<Row> {
 protected:
  [[nodiscard]] static bool has_body() {
    const std::string_view method = GetParam().method;
    return method == "POST" || method == "PUT" || method == "PATCH" || method == "LOCK";
  }
  // A connection to the first target that is idle, and whose end has not been noticed.
  void make_stale() {
    client_->sends("GET /warm HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto target = gate_.target();
    gate_.reads(*target);
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    gate_.reads(*client_);
    gate_.settle();
    gate_.log();
    dynamic_cast<test::MemoryFarEnd&>(*target).acknowledges_nothing();
    stale_ = target;
  }
  void send_request() {
    const Sent sent = GetParam().sent;
    std::string request = std::string(GetParam().method) + " / HTTP/1.1\r\nHost: a\r\n";
    if (has_body()) request += "Content-Length: 10\r\n";
    client_->sends(request + "\r\n" + (has_body() && sent == Sent::all ? "0123456789" : ""));
    if (stale_ != nullptr) {
      // The request is on its way when the end of the connection is.
      gate_.turn();
      stale_->closes();
    }
    gate_.settle();
    if (sent != Sent::head_and_some) return;
    client_->sends("01");
    gate_.settle();
    client_->sends("234");
    gate_.settle();
  }
  void fail(test::FarEnd& target) {
    switch (GetParam().failure) {
      case Failure::refused:
      case Failure::connect_times_out:
      case Failure::stale:
        break;
      case Failure::closes:
        target.closes();
        break;
      case Failure::resets:
        target.resets();
        break;
      case Failure::closes_in_head:
        target.sends("HTTP/1.1 200 OK\r\nContent-");
        target.closes();
        break;
      case Failure::closes_in_body:
        target.sends("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        target.closes();
        break;
      case Failure::times_out:
        gate_.passes(Millis(1010));
        break;
      case Failure::answers_503:
        target.sends("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
        break;
    }
    gate_.settle();
  }

  // A kept connection is used again only if there is no other target whose turn it is.
  static std::string file() {
    const bool alone = GetParam().failure == Failure::stale;
    return test::file_of("target_groups: {app: {targets: [\"10.0.0.1:80\"" +
                         std::string(alone ? "" : ", \"10.0.0.2:80\"") +
                         "]}}\ntimeouts: {response: 1s, connect: 1s}\n"
                         "default: {action: {forward: app}}\n");
  }

  Gate gate_{file()};
  std::shared_ptr<test::FarEnd> client_ = gate_.connects();
  std::shared_ptr<test::FarEnd> stale_;
};

TEST_P(Retry, happens_only_where_it_does_no_harm) {
  const Row& row = GetParam();
  const bool unconnected =
      row.failure == Failure::refused || row.failure == Failure::connect_times_out;
  std::string first_address;
  if (unconnected) {
    gate_.net().greets = [&](const std::string& address) {
      if (first_address.empty()) first_address = address;
      if (address != first_address) return Greeting::accepts;
      return row.failure == Failure::refused ? Greeting::refuses : Greeting::never_answers;
    };
  }
  if (row.failure == Failure::stale) {
    make_stale();
    gate_.net().greets = [](const std::string&) { return Greeting::accepts; };
  }
  send_request();
  if (row.failure == Failure::connect_times_out) gate_.passes(Millis(1010));
  if (!unconnected && stale_ == nullptr) {
    const test::Opened first = gate_.next_opened();
    first_address = first.address;
    fail(*first.far);
  }
  if (!row.again) {
    EXPECT_TRUE(gate_.net().opened.empty()) << "never twice";
    EXPECT_EQ(gate_.logged().retries, 0u);
    return;
  }
  if (has_body() && row.sent == Sent::head) client_->sends("0123456789");
  const test::Opened second = gate_.next_opened();
  EXPECT_NE(second.address, first_address) << "another target, if there is one";
  const auto request = gate_.reads(*second.far);
  EXPECT_TRUE(request.head.starts_with(row.method));
  EXPECT_EQ(request.body, has_body() ? "0123456789" : "");
  second.far->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(gate_.reads(*client_, true).status(), 200);
  const auto record = gate_.logged();
  EXPECT_EQ(record.retries, 1u);
  EXPECT_EQ(record.target, second.address);
  EXPECT_EQ(word(record.reason), "none");
}

INSTANTIATE_TEST_SUITE_P(Of, Retry, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return name_of(row.param); });

TEST(Retries, are_one_at_most) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  gate.target()->closes();
  gate.target()->closes();
  EXPECT_EQ(gate.reads(*client).status(), 502);
  gate.settle();
  EXPECT_EQ(gate.net().attempts, 2u);
  EXPECT_EQ(gate.logged().retries, 1u);
}

// The target has closed, which the gateway learns in the same turn as of the next request.
TEST(Retries, are_not_needed_for_a_connection_that_is_known_to_be_closed) {
  Gate gate;
  const auto client = gate.connects();
  client->sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto first = gate.target();
  first->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  gate.reads(*client);
  gate.settle();
  gate.log();
  first->closes();
  client->sends("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");
  const auto second = gate.target();
  EXPECT_EQ(gate.reads(*second).body, "hi");
  second->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  gate.reads(*client);
  EXPECT_EQ(gate.logged().retries, 0u);
}

}  // namespace
}  // namespace gatehouse::proxy
