#include "supervise/channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

namespace gatehouse::supervise {
namespace {

class ChannelBetween : public ::testing::Test {
 protected:
  std::pair<Channel, Channel> ends_ = Channel::make_pair().value();
  Channel& one_ = ends_.first;
  Channel& other_ = ends_.second;
};

TEST_F(ChannelBetween, two_processes_carries_messages_in_order) {
  ASSERT_TRUE(one_.send(Ready{1}));
  ASSERT_TRUE(one_.send(Ready{2}));
  EXPECT_EQ(std::get<Ready>((*other_.receive())->message).drain_ms, 1u);
  EXPECT_EQ(std::get<Ready>((*other_.receive())->message).drain_ms, 2u);
  EXPECT_FALSE(*other_.receive());
}

TEST_F(ChannelBetween, two_processes_carries_as_many_descriptors_as_a_listener_may_have) {
  const net::Descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const std::vector<int> many(Channel::kMostDescriptors, file.get());
  ASSERT_TRUE(one_.send(Sockets{"a", "b", "c"}, many));
  const auto received = other_.receive();
  ASSERT_TRUE(received && *received);
  ASSERT_EQ((*received)->descriptors.size(), many.size());
  struct stat sent {};
  struct stat got {};
  ::fstat(file.get(), &sent);
  ::fstat((*received)->descriptors.back().get(), &got);
  EXPECT_EQ(sent.st_rdev, got.st_rdev);
  EXPECT_EQ(::fcntl((*received)->descriptors.back().get(), F_GETFD), FD_CLOEXEC);
}

TEST_F(ChannelBetween, two_processes_tells_that_the_other_is_gone) {
  one_.close();
  EXPECT_EQ(other_.receive().error().code, EPIPE);
  EXPECT_EQ(other_.send(Ready{}).error().code, EPIPE);
}

TEST_F(ChannelBetween, two_processes_refuses_what_is_no_message) {
  ASSERT_EQ(::send(one_.fd(), "\x7fnonsense", 9, 0), 9);
  EXPECT_EQ(other_.receive().error().code, EBADMSG);
}

TEST_F(ChannelBetween, two_processes_gives_up_on_one_that_does_not_read) {
  Status sent;
  for (int i = 0; i < 10'000 && sent; ++i) sent = one_.send(Ready{});
  EXPECT_EQ(sent.error().code, EAGAIN);
}

}  // namespace
}  // namespace gatehouse::supervise
