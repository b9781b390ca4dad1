// Every timeout of routes.yaml, on time that the test lets pass: nothing happens just before it,
// and what should happens just after it.
#include <gtest/gtest.h>

#include "lib/gate.h"

namespace gatehouse::proxy {
namespace {

using test::Gate;
using test::Greeting;

constexpr Millis kAlmost{995};  // of the second that each timeout is set to
constexpr Millis kRest{10};     // timers are up to a tick of 1 ms late

class ATimeout : public ::testing::Test {
 protected:
  void is_set(const std::string& timeouts) {
    gate_ = std::make_unique<Gate>(test::kForward + "timeouts: {" + timeouts + "}\n");
    client_ = gate_->connects();
  }
  void sends(const std::string& bytes) {
    client_->sends(bytes);
    gate_->settle();
  }
  std::shared_ptr<test::FarEnd> asks(const std::string& request) {
    client_->sends(request);
    auto target = gate_->target();
    gate_->settle();
    return target;
  }
  // Nothing has happened just before the second is over.
  void almost_passes() {
    gate_->passes(kAlmost);
    EXPECT_TRUE(gate_->log().empty()) << "too early";
    EXPECT_FALSE(client_->over());
  }
  void fires(Reason reason, int status) {
    almost_passes();
    gate_->passes(kRest);
    EXPECT_EQ(word(gate_->logged().reason), word(reason));
    if (status != 0) {
      EXPECT_EQ(gate_->reads(*client_).status(), status);
    }
  }
  [[nodiscard]] test::MemoryFarEnd& memory(test::FarEnd& far) const {
    return dynamic_cast<test::MemoryFarEnd&>(far);
  }

  std::unique_ptr<Gate> gate_;
  std::shared_ptr<test::FarEnd> client_;
};

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(ATimeout, request_header_is_for_the_whole_head_not_for_each_byte) {
  is_set("request_header: 1s");
  sends("GET / HTTP/1.1\r\n");
  gate_->passes(Millis(500));
  sends("Host: a\r\n");
  gate_->passes(Millis(495));
  EXPECT_TRUE(gate_->log().empty());
  gate_->passes(kRest);
  EXPECT_EQ(gate_->reads(*client_).status(), 408);
  EXPECT_EQ(word(gate_->logged().reason), "request_header_timeout");
}

TEST_F(ATimeout, request_header_closes_a_connection_that_never_says_anything) {
  is_set("request_header: 1s");
  gate_->settle();
  almost_passes();
  gate_->passes(kRest);
  EXPECT_TRUE(client_->saw_end());
  EXPECT_TRUE(gate_->log().empty()) << "there was no request";
}

TEST_F(ATimeout, body_idle_is_for_silence_in_a_request) {
  is_set("body_idle: 1s");
  asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n");
  for (int i = 0; i < 3; ++i) {
    almost_passes();
    sends("x");
  }
  fires(Reason::request_body_timeout, 408);
}

TEST_F(ATimeout, body_idle_is_for_silence_in_an_answer) {
  is_set("body_idle: 1s");
  const auto target = asks(kGet);
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
  for (int i = 0; i < 3; ++i) {
    gate_->settle();
    almost_passes();
    target->sends("x");
  }
  gate_->settle();
  fires(Reason::target_body_timeout, 0);
}

TEST_F(ATimeout, body_idle_is_for_silence_in_a_tunnel_in_both_directions) {
  is_set("body_idle: 1s");
  const auto target =
      asks("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  target->sends(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  gate_->settle();
  almost_passes();
  sends("up");
  almost_passes();
  target->sends("down");
  gate_->settle();
  fires(Reason::tunnel_idle, 0);
}

TEST_F(ATimeout, keep_alive_is_for_silence_between_requests) {
  is_set("keep_alive: 1s");
  asks(kGet)->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(gate_->reads(*client_).status(), 200);
  gate_->settle();
  gate_->log();
  almost_passes();
  gate_->passes(kRest);
  EXPECT_TRUE(client_->saw_end());
  EXPECT_EQ(gate_->metrics().connections_idle_closed.value(), 1u);
}

TEST_F(ATimeout, keep_alive_is_for_idle_connections_to_targets_too) {
  is_set("keep_alive: 1s");
  const auto target = asks(kGet);
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  gate_->settle();
  gate_->passes(kAlmost);
  EXPECT_FALSE(target->over());
  gate_->passes(kRest);
  EXPECT_TRUE(target->saw_end());
}

TEST_F(ATimeout, send_stall_is_for_a_client_that_takes_nothing) {
  is_set("send_stall: 1s");
  memory(*client_).holds(1000);
  client_->stops_reading();
  asks(kGet)->sends("HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" +
                    std::string(200'000, 'x'));
  gate_->settle();
  almost_passes();
  client_->reads_on();
  gate_->turn();
  client_->stops_reading();
  gate_->settle();
  fires(Reason::client_stalled, 0);
  client_->reads_on();
  gate_->settle();
  EXPECT_TRUE(client_->over()) << "before the announced length";
}

TEST_F(ATimeout, send_stall_is_for_a_target_that_takes_nothing) {
  is_set("send_stall: 1s");
  const auto target = asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
  memory(*target).holds(1000);
  target->stops_reading();
  sends(std::string(200'000, 'x'));
  fires(Reason::target_stalled, 504);
}

TEST_F(ATimeout, connect_is_for_each_attempt) {
  is_set("connect: 1s");
  gate_->net().greets = [](const std::string&) { return Greeting::never_answers; };
  sends(kGet);
  gate_->passes(kAlmost);
  EXPECT_EQ(gate_->net().attempts, 1u);
  gate_->passes(kRest);
  EXPECT_EQ(gate_->net().attempts, 2u) << "passed over once";
  fires(Reason::target_connect_timeout, 504);
  EXPECT_EQ(gate_->net().attempts, 2u);
}

TEST_F(ATimeout, response_runs_from_the_end_of_the_request_to_the_head_of_the_answer) {
  is_set("response: 1s");
  const auto target = asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
  gate_->passes(Millis(3000));
  EXPECT_TRUE(gate_->log().empty()) << "the request has not ended";
  sends("y");
  gate_->passes(Millis(500));
  target->sends("HTTP/1.1 103 Early Hints\r\n\r\n");
  gate_->settle();
  gate_->passes(Millis(495));
  EXPECT_TRUE(gate_->log().empty());
  gate_->passes(kRest);
  EXPECT_EQ(gate_->reads(*client_).status(), 103);
  EXPECT_EQ(gate_->reads(*client_).status(), 504);
  EXPECT_EQ(word(gate_->logged().reason), "target_timeout");
}

TEST_F(ATimeout, response_is_for_the_whole_head_not_for_each_byte) {
  is_set("response: 1s");
  const auto target = asks(kGet);
  for (const char* piece : {"HTTP/1.1 200 OK\r\n", "X-Slow: ", "a"}) {
    gate_->passes(Millis(330));
    target->sends(piece);
    gate_->settle();
  }
  EXPECT_TRUE(gate_->log().empty());
  gate_->passes(Millis(20));
  EXPECT_EQ(gate_->reads(*client_).status(), 504);
  EXPECT_EQ(word(gate_->logged().reason), "target_timeout");
}

TEST_F(ATimeout, total_runs_from_the_first_byte_whatever_happens) {
  is_set("total: 1s");
  const auto target = asks(kGet);
  for (int i = 0; i < 9; ++i) {
    gate_->passes(Millis(110));
    target->sends(i == 0 ? "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" : "x");
    gate_->settle();
  }
  EXPECT_TRUE(gate_->log().empty());
  gate_->passes(Millis(20));
  EXPECT_EQ(word(gate_->logged().reason), "total_timeout");
  EXPECT_TRUE(client_->over());
}

TEST_F(ATimeout, half_close_gives_a_client_that_sends_no_more_a_second_for_its_answer) {
  is_set("half_close: 1s");
  const auto target = asks(kGet);
  client_->ends();
  gate_->settle();
  gate_->passes(Millis(500));
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  EXPECT_EQ(gate_->reads(*client_).body, "hi");
  EXPECT_EQ(word(gate_->logged().reason), "none");
}

TEST_F(ATimeout, total_of_zero_means_none) {
  is_set("total: 0s, response: 1h, body_idle: 1h");
  const auto target = asks("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nx");
  gate_->passes(Millis(60'000));
  sends("y");
  gate_->passes(Millis(60'000));
  target->sends("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(gate_->reads(*client_).status(), 200);
}

}  // namespace
}  // namespace gatehouse::proxy
