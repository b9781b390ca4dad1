// Who looks at bytes is known before they come: what nobody looks at is never copied.
#include <gtest/gtest.h>

#include "lib/fake_step.h"
#include "lib/gate.h"
#include "lib/restless_net.h"
#include "lib/socket_net.h"

namespace gatehouse::proxy {
namespace {

using exchange::Exchange;
using exchange::Verdict;
using plugin::Phase;
using test::Gate;

constexpr std::size_t kSize = 4 << 20;

// One upload and one download of kSize over TCP, and how many bytes of them were copied.
class ABody : public ::testing::Test {
 protected:
  void passes(std::uint32_t watched, bool splices) {
    auto net = std::make_unique<test::RestlessNet>(std::make_unique<test::SocketNet>(),
                                                   test::Restlessness{.splices = splices});
    const test::RestlessNet& counts = *net;
    std::vector<std::shared_ptr<plugin::Step>> steps;
    if (watched != 0) {
      steps.push_back(std::make_shared<test::FakeStep>(
          watched, [this](Exchange&, Phase phase, net::Segment segment) {
            EXPECT_EQ(segment.pipe, nullptr) << "whoever looks gets bytes";
            (phase == Phase::request_body ? seen_up_ : seen_down_) += segment.bytes.size();
            return Verdict::pass();
          }));
    }
    Gate gate(test::file_of("target_groups: {app: {targets: [\"10.0.0.1:80\"]}}\n"
                            "limits: {body: 0}\n"
                            "default: {action: {forward: app}}\n"),
              {.steps = std::move(steps), .net = std::move(net)});
    const auto client = gate.connects();
    client->sends("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(kSize) +
                  "\r\n\r\n" + std::string(kSize, 'u'));
    const auto target = gate.target();
    EXPECT_EQ(gate.reads(*target).body, std::string(kSize, 'u'));
    copied_up_ = counts.copied();
    target->sends("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n" +
                  std::string(kSize, 'd'));
    EXPECT_EQ(gate.reads(*client).body, std::string(kSize, 'd'));
    copied_down_ = counts.copied() - copied_up_;
    const auto record = gate.logged();
    EXPECT_GT(record.received, kSize);
    EXPECT_GT(record.sent, kSize);
  }
  static constexpr std::size_t kFew = kSize / 8;

  std::size_t copied_up_ = 0;
  std::size_t copied_down_ = 0;
  std::size_t seen_up_ = 0;
  std::size_t seen_down_ = 0;
};

TEST_F(ABody, that_nobody_looks_at_is_spliced) {
  passes(0, true);
  EXPECT_LT(copied_up_, kFew);
  EXPECT_LT(copied_down_, kFew);
}

TEST_F(ABody, that_a_step_looks_at_is_copied_and_only_that) {
  passes(plugin::bit(Phase::request_body), true);
  EXPECT_GE(copied_up_, kSize);
  EXPECT_LT(copied_down_, kFew);
  EXPECT_EQ(seen_up_, kSize);
}

TEST_F(ABody, of_an_answer_that_a_step_looks_at_is_copied_and_only_that) {
  passes(plugin::bit(Phase::response_body), true);
  EXPECT_LT(copied_up_, kFew);
  EXPECT_GE(copied_down_, kSize);
  EXPECT_EQ(seen_down_, kSize);
}

TEST_F(ABody, is_copied_where_a_transport_cannot_splice) {
  passes(0, false);
  EXPECT_GE(copied_up_, kSize);
  EXPECT_GE(copied_down_, kSize);
}

}  // namespace
}  // namespace gatehouse::proxy
