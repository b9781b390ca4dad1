// The transports of tests keep the contract of net::Transport, each in its own way.
#include <gtest/gtest.h>

#include <functional>

#include "lib/memory_net.h"
#include "lib/restless_net.h"

namespace gatehouse::net {
namespace {

using test::FarEnd;
using test::MemoryNet;
using test::RestlessNet;

// Reads whatever it is told about.
struct Reader final : TransportUser {
  void on_readable() override {
    ++told;
    char bytes[64];
    const IoResult result = transport->read(bytes, sizeof bytes);
    if (result.status == Io::ok) got.append(bytes, result.bytes);
    if (result.status == Io::would_block) ++in_vain;
    if (result.status == Io::ok || result.status == Io::would_block) return;
    end = result.status;
    transport->want(false, false);
  }
  void on_writable() override { ++writable; }
  void on_exception() noexcept override { ++exceptions; }

  std::unique_ptr<Transport> transport;
  std::string got;
  Io end = Io::ok;
  int told = 0;
  int in_vain = 0;
  int writable = 0;
  int exceptions = 0;
};

class ATestTransport : public ::testing::Test {
 protected:
  void over(std::unique_ptr<test::TestNet> net) {
    net_ = std::move(net);
    auto client = net_->connect_client(loop_);
    far_ = client.far;
    reader_.transport = client.make(reader_);
  }
  void turns(int n) {
    for (int i = 0; i < n; ++i) {
      net_->step();
      loop_.turn(false);
      net_->pump();
    }
  }

  FakeClock clock_;
  event::Loop loop_{clock_};
  std::unique_ptr<test::TestNet> net_;
  std::shared_ptr<FarEnd> far_;
  Reader reader_;
};

TEST_F(ATestTransport, in_memory_tells_of_bytes_and_of_the_end) {
  over(std::make_unique<MemoryNet>());
  turns(2);
  EXPECT_EQ(reader_.told, 0);
  far_->sends("hello");
  turns(2);
  EXPECT_EQ(reader_.got, "hello");
  far_->ends();
  turns(2);
  EXPECT_EQ(reader_.end, Io::eof);
  EXPECT_EQ(reader_.transport->write("bye").bytes, 3u) << "the other way is still open";
  turns(1);
  EXPECT_EQ(far_->inbox(), "bye");
  EXPECT_EQ(reader_.transport->acknowledged(), 3);
}

TEST_F(ATestTransport, in_memory_blocks_when_the_peer_takes_nothing) {
  over(std::make_unique<MemoryNet>());
  dynamic_cast<test::MemoryFarEnd&>(*far_).holds(4);
  far_->stops_reading();
  EXPECT_EQ(reader_.transport->write("123456").bytes, 4u);
  EXPECT_EQ(reader_.transport->write("56").status, Io::would_block);
  reader_.transport->want(true, true);
  turns(2);
  EXPECT_EQ(reader_.writable, 0);
  far_->reads_on();
  turns(2);
  EXPECT_GT(reader_.writable, 0);
}

TEST_F(ATestTransport, in_memory_takes_what_is_sent_to_a_peer_that_has_closed) {
  over(std::make_unique<MemoryNet>());
  far_->closes();
  EXPECT_EQ(reader_.transport->write("lost").status, Io::ok);
  EXPECT_EQ(reader_.transport->acknowledged(), 0);
  far_->resets();
  EXPECT_EQ(reader_.transport->write("lost").status, Io::reset);
}

TEST_F(ATestTransport, that_holds_bytes_announces_them_although_none_arrive) {
  over(std::make_unique<RestlessNet>(std::make_unique<MemoryNet>(),
                                     test::Restlessness{.largest_piece = 5, .holds = true}));
  far_->sends(std::string(100, 'x'));
  net_->step();
  EXPECT_TRUE(reader_.transport->pending()) << "nothing shows at the descriptor";
  loop_.turn(false);
  EXPECT_EQ(reader_.got, std::string(100, 'x'));
  EXPECT_GE(reader_.told, 20);
  EXPECT_FALSE(reader_.transport->pending());
}

TEST_F(ATestTransport, whose_read_needs_a_write_is_told_again_once_it_could_write) {
  over(std::make_unique<RestlessNet>(std::make_unique<MemoryNet>(),
                                     test::Restlessness{.seed = 9, .read_needs_write = true}));
  for (int i = 0; i < 40; ++i) {
    far_->sends("x");
    turns(3);
  }
  EXPECT_EQ(reader_.got, std::string(40, 'x'));
  EXPECT_GT(reader_.in_vain, 0);
  EXPECT_EQ(reader_.writable, 0) << "the user did not ask to write";
}

TEST_F(ATestTransport, that_is_late_loses_nothing) {
  over(std::make_unique<RestlessNet>(std::make_unique<MemoryNet>(),
                                     test::Restlessness{.seed = 3, .delays = 2}));
  far_->sends("hello");
  far_->ends();
  turns(1);
  turns(40);
  EXPECT_EQ(reader_.got, "hello");
  EXPECT_EQ(reader_.end, Io::eof);
}

TEST_F(ATestTransport, says_whether_it_can_splice) {
  over(std::make_unique<MemoryNet>());
  EXPECT_EQ(reader_.transport->splice_fd(), -1);
}

}  // namespace
}  // namespace gatehouse::net
