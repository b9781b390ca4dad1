#include "net/listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <vector>

namespace gatehouse::net {
namespace {

class AListener : public ::testing::Test, public AcceptUser {
 protected:
  AListener() {
    const auto any = Address::parse("127.0.0.1:0");
    EXPECT_EQ(::bind(socket_.get(), any->get(), any->size()), 0);
    EXPECT_EQ(::listen(socket_.get(), 1024), 0);
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &limit_), 0);
  }
  ~AListener() override { let_have_descriptors(); }

  void on_accept(std::uint32_t slot, int fd, const IpAddress& peer) override {
    EXPECT_EQ(slot, 7u);
    EXPECT_EQ(peer.ip_text(), "127.0.0.1");
    accepted_.emplace_back(fd);
  }
  void connect(int clients) {
    for (int i = 0; i < clients; ++i) {
      clients_.push_back(std::move(*connect_start(Address::of_socket(socket_.get()))));
      pollfd p{clients_.back().get(), POLLOUT, 0};
      ASSERT_EQ(::poll(&p, 1, 5000), 1);
    }
  }
  void use_up_descriptors() const {
    const Descriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const rlimit none{static_cast<rlim_t>(next.get()), limit_.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  }
  void let_have_descriptors() const { ::setrlimit(RLIMIT_NOFILE, &limit_); }

  rlimit limit_{};
  SystemClock clock_;
  event::Loop loop_{clock_};
  Descriptor socket_{::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  std::vector<Descriptor> clients_;
  std::vector<Descriptor> accepted_;
};

TEST_F(AListener, accepts_without_blocking_or_delay) {
  Listener listener(loop_, socket_.get(), 7, *this);
  connect(1);
  loop_.turn(true);
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_NE(::fcntl(accepted_[0].get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(accepted_[0].get(), F_GETFD), FD_CLOEXEC);
  int nodelay = 0;
  socklen_t size = sizeof nodelay;
  ::getsockopt(accepted_[0].get(), IPPROTO_TCP, 1 /* TCP_NODELAY */, &nodelay, &size);
  EXPECT_NE(nodelay, 0);
}

TEST_F(AListener, leaves_room_for_others_in_a_turn) {
  Listener listener(loop_, socket_.get(), 7, *this);
  connect(100);
  loop_.turn(true);
  EXPECT_EQ(accepted_.size(), 64u);
  loop_.turn(true);
  EXPECT_EQ(accepted_.size(), 100u);
}

TEST_F(AListener, serves_later_who_came_while_there_were_no_descriptors) {
  Listener listener(loop_, socket_.get(), 7, *this);
  connect(3);
  use_up_descriptors();
  loop_.turn(true);
  EXPECT_EQ(listener.pauses(), 1u);
  EXPECT_TRUE(accepted_.empty());
  let_have_descriptors();
  while (accepted_.size() < 3) loop_.turn(true);
  EXPECT_EQ(listener.turned_away(), 0u);
  EXPECT_LE(loop_.turns(), 5u) << "it must not spin while it pauses";
}

TEST_F(AListener, turns_away_who_waits_when_descriptors_stay_used_up) {
  Listener listener(loop_, socket_.get(), 7, *this);
  connect(3);
  use_up_descriptors();
  while (listener.turned_away() < 3) loop_.turn(true);
  EXPECT_GT(listener.pauses(), 10u);
  EXPECT_LE(loop_.turns(), 50u) << "it must not spin while it pauses";
  for (const Descriptor& client : clients_) {
    char c = 0;
    EXPECT_EQ(::recv(client.get(), &c, 1, 0), 0) << "closed, not reset";
  }
  let_have_descriptors();
  connect(1);
  while (accepted_.empty()) loop_.turn(true);
}

}  // namespace
}  // namespace gatehouse::net
