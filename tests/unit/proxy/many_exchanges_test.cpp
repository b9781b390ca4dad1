// An exchange knows streams, not connections: a protocol of the test's own carries a hundred at
// once.
#include <gtest/gtest.h>

#include <map>

#include "lib/gate.h"
#include "lib/mux.h"
#include "lib/restless_net.h"

namespace gatehouse::proxy {
namespace {

using test::Frame;
using test::frame;
using test::Gate;

constexpr unsigned kStreams = 100;

struct Answer {
  std::string status;
  std::string body;
  bool ended = false;
  bool broken = false;
};

class ManyExchanges : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  static std::unique_ptr<test::TestNet> net() {
    if (GetParam() == 0) return std::make_unique<test::MemoryNet>();
    return std::make_unique<test::RestlessNet>(
        std::make_unique<test::MemoryNet>(GetParam()),
        test::Restlessness{.seed = GetParam(), .largest_piece = 300, .holds = true, .delays = 5});
  }
  ManyExchanges() {
    auto client = gate_.net().connect_client(gate_.worker().loop());
    far_ = client.far;
    connection_.start(client.make(connection_));
  }
  ~ManyExchanges() override { gate_.stops_worker(); }

  // The frames that came since.
  void receives() {
    gate_.settle();
    std::string bytes = far_->takes();
    pending_ += bytes;
    for (Frame next; test::take_frame(pending_, next);) {
      Answer& answer = answers_[next.stream];
      EXPECT_FALSE(answer.ended) << "nothing follows the end";
      if (next.kind == 'H') answer.status = next.bytes;
      if (next.kind == 'B') answer.body += next.bytes;
      if (next.kind == 'E') answer.ended = true;
      if (next.kind == 'R') answer.broken = true;
    }
  }
  static std::string head(unsigned stream) {
    return "POST /" + std::to_string(stream) +
           " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  }
  // What each stream sends up, and gets down.
  static std::string piece(unsigned stream, int round) {
    return "<" + std::to_string(stream) + "." + std::to_string(round) + ">";
  }

  Gate gate_{test::kForward, {.steps = {}, .net = net()}};
  test::MuxConnection connection_{gate_.worker()};
  std::shared_ptr<test::FarEnd> far_;
  std::string pending_;
  std::map<unsigned, Answer> answers_;
};

TEST_P(ManyExchanges, interleave_over_one_connection_without_touching_each_other) {
  for (unsigned stream = 1; stream <= kStreams; ++stream)
    far_->sends(frame(stream, 'H', head(stream)));
  gate_.settle();
  std::map<unsigned, std::shared_ptr<test::FarEnd>> targets;
  for (int patience = 0; gate_.net().attempts < kStreams && patience < 200; ++patience) {
    gate_.passes(Millis(5));
  }
  ASSERT_EQ(gate_.net().opened.size(), kStreams);
  EXPECT_EQ(gate_.metrics().exchanges_open.value(), kStreams);
  for (int round = 0; round < 3; ++round) {
    for (unsigned stream = 1; stream <= kStreams; ++stream) {
      far_->sends(frame(stream, 'B', piece(stream, round)));
    }
    gate_.settle();
  }
  for (unsigned stream = kStreams; stream >= 1; --stream) far_->sends(frame(stream, 'E', ""));
  while (!gate_.net().opened.empty()) {
    const auto target = gate_.target();
    const auto request = gate_.reads(*target);
    const auto stream = static_cast<unsigned>(std::stoul(request.first_line().substr(6)));
    EXPECT_EQ(request.body, piece(stream, 0) + piece(stream, 1) + piece(stream, 2));
    targets[stream] = target;
  }
  ASSERT_EQ(targets.size(), kStreams);
  for (auto& [stream, target] : targets) {
    target->sends("HTTP/1.1 2" + std::to_string(stream % 90 + 10) +
                  " OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  }
  for (int round = 0; round < 3; ++round) {
    for (auto& [stream, target] : targets) {
      const std::string text = piece(stream, round);
      target->sends(std::to_string(text.size()) + "\r\n" + text + "\r\n");
    }
    receives();
  }
  for (auto& [stream, target] : targets) target->sends("0\r\n\r\n");
  receives();
  ASSERT_EQ(answers_.size(), kStreams);
  for (auto& [stream, answer] : answers_) {
    EXPECT_EQ(answer.status, "2" + std::to_string(stream % 90 + 10));
    EXPECT_EQ(answer.body, piece(stream, 0) + piece(stream, 1) + piece(stream, 2));
    EXPECT_TRUE(answer.ended && !answer.broken);
  }
  EXPECT_EQ(gate_.log().size(), kStreams);
  EXPECT_EQ(gate_.ended(Reason::none), kStreams);
}

TEST_P(ManyExchanges, end_one_by_one_when_their_targets_die) {
  for (unsigned stream = 1; stream <= 20; ++stream) {
    far_->sends(
        frame(stream, 'H', "GET /" + std::to_string(stream) + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  }
  gate_.settle();
  for (unsigned n = 1; n <= 20; ++n) {
    const auto target = gate_.target();
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n" +
                  std::string(n % 2 == 0 ? "full" : "h"));
    gate_.settle();
    if (n % 2 != 0) target->resets();
  }
  receives();
  unsigned broken = 0;
  for (auto& [stream, answer] : answers_) {
    EXPECT_NE(answer.ended, answer.broken);
    broken += answer.broken ? 1 : 0;
  }
  EXPECT_EQ(answers_.size(), 20u);
  EXPECT_EQ(broken, 10u);
  EXPECT_EQ(gate_.ended(Reason::none), 10u);
  EXPECT_EQ(gate_.ended(Reason::target_truncated), 10u);
}

TEST_P(ManyExchanges, all_end_with_their_connection) {
  for (unsigned stream = 1; stream <= 20; ++stream) far_->sends(frame(stream, 'H', head(stream)));
  gate_.settle();
  far_->resets();
  gate_.settle();
  EXPECT_EQ(gate_.ended(Reason::client_reset), 20u);
  EXPECT_EQ(gate_.log().size(), 20u);
  EXPECT_EQ(gate_.metrics().exchanges_open.value(), 0);
}

INSTANTIATE_TEST_SUITE_P(Over, ManyExchanges, ::testing::Values(0, 5),
                         [](const auto& seed) { return seed.param == 0 ? "memory" : "restless"; });

}  // namespace
}  // namespace gatehouse::proxy
