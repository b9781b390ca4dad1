#include "net/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace gatehouse::net {
namespace {

// Takes as many bytes as `room` says, at most `at_once` a call.
class NarrowTransport final : public Transport {
 public:
  IoResult read(char*, std::size_t) override { return {Io::would_block, 0}; }
  IoResult write(std::string_view bytes) override {
    ++calls;
    if (gone) return {Io::reset, 0};
    const std::size_t n = std::min({bytes.size(), room, at_once});
    if (n == 0) return {Io::would_block, 0};
    room -= n;
    taken += bytes.substr(0, n);
    return {Io::ok, n};
  }
  IoResult write(std::span<const std::string_view> pieces) override {
    std::string joined;
    for (const auto piece : pieces) joined += piece;
    return write(joined);
  }
  void want(bool, bool) override {}
  void set_user(TransportUser&) override {}
  [[nodiscard]] bool pending() const override { return false; }
  [[nodiscard]] int splice_fd() const override { return -1; }
  [[nodiscard]] std::int64_t acknowledged() const override { return -1; }
  [[nodiscard]] int connect_error() const override { return 0; }
  void shutdown_write() override {}
  void close(bool) override {}

  std::size_t room = SIZE_MAX;
  std::size_t at_once = SIZE_MAX;
  std::string taken;
  int calls = 0;
  bool gone = false;
};

class AnOutbox : public ::testing::Test {
 protected:
  Io send(const std::vector<std::string_view>& pieces) {
    return outbox_.send(transport_, buffers_, *scratch_, pieces);
  }

  NarrowTransport transport_;
  BufferPool buffers_;
  std::unique_ptr<IoScratch> scratch_ = std::make_unique<IoScratch>();
  Outbox outbox_;
};

TEST_F(AnOutbox, sends_at_once_and_keeps_no_memory) {
  EXPECT_EQ(send({"one", "two"}), Io::ok);
  EXPECT_EQ(transport_.taken, "onetwo");
  EXPECT_EQ(transport_.calls, 1);
  EXPECT_EQ(outbox_.sent(), 6u);
  EXPECT_EQ(buffers_.lent_bytes(), 0u);
}

TEST_F(AnOutbox, sends_nothing_without_a_system_call) {
  EXPECT_EQ(send({}), Io::ok);
  EXPECT_EQ(send({"", ""}), Io::ok);
  EXPECT_EQ(transport_.calls, 0);
}

TEST_F(AnOutbox, skips_a_piece_that_is_nothing) {
  EXPECT_EQ(send({std::string_view(), "a", std::string_view(), "b"}), Io::ok);
  EXPECT_EQ(transport_.taken, "ab");
}

// A head in the scratch buffer and a body elsewhere, cut at every place.
TEST_F(AnOutbox, loses_nothing_wherever_the_transport_stops) {
  const std::string body = "body";
  for (std::size_t room = 0; room <= 8; ++room) {
    transport_ = {};
    transport_.room = room;
    Outbox outbox;
    std::copy_n("head", 4, scratch_->out);
    const std::string_view pieces[] = {{scratch_->out, 4}, body};
    const Io sent = outbox.send(transport_, buffers_, *scratch_, pieces);
    EXPECT_EQ(sent, room == 8 ? Io::ok : Io::would_block);
    EXPECT_EQ(outbox.waiting(), 8 - room);
    std::fill_n(scratch_->out, 4, 'x');
    transport_.room = SIZE_MAX;
    transport_.at_once = 3;
    EXPECT_EQ(outbox.resume(transport_), Io::ok);
    EXPECT_EQ(transport_.taken, "headbody");
    EXPECT_EQ(outbox.sent(), 8u);
    EXPECT_EQ(buffers_.lent_bytes(), 0u);
  }
}

TEST_F(AnOutbox, keeps_the_order_when_more_comes_while_some_waits) {
  transport_.room = 1;
  EXPECT_EQ(send({"abc"}), Io::would_block);
  transport_.room = SIZE_MAX;
  EXPECT_EQ(send({"def"}), Io::would_block);
  EXPECT_EQ(send({}), Io::would_block);
  EXPECT_EQ(transport_.taken, "a");
  EXPECT_EQ(outbox_.resume(transport_), Io::ok);
  EXPECT_EQ(transport_.taken, "abcdef");
}

TEST_F(AnOutbox, grows_when_what_waits_does_not_fit) {
  std::string expected;
  transport_.room = 0;
  for (int i = 0; i < 10; ++i) {
    const std::string piece(20'000, static_cast<char>('a' + i));
    expected += piece;
    EXPECT_EQ(send({piece}), Io::would_block);
  }
  EXPECT_EQ(outbox_.waiting(), expected.size());
  transport_.room = 50'001;
  EXPECT_EQ(outbox_.resume(transport_), Io::would_block);
  EXPECT_EQ(send({"end"}), Io::would_block);
  transport_.room = SIZE_MAX;
  EXPECT_EQ(outbox_.resume(transport_), Io::ok);
  EXPECT_EQ(transport_.taken, expected + "end");
}

TEST_F(AnOutbox, tells_that_the_connection_is_gone) {
  transport_.gone = true;
  EXPECT_EQ(send({"x"}), Io::reset);
  transport_.gone = false;
  transport_.room = 0;
  EXPECT_EQ(send({"x"}), Io::would_block);
  transport_.gone = true;
  EXPECT_EQ(outbox_.resume(transport_), Io::reset);
  outbox_.clear();
  EXPECT_EQ(buffers_.lent_bytes(), 0u);
}

}  // namespace
}  // namespace gatehouse::net
