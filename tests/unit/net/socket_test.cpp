#include "net/socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/connector.h"

namespace gatehouse::net {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }
Descriptor any() { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

Descriptor listening_socket() {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto address = Address::parse("127.0.0.1:0");
  EXPECT_EQ(::bind(socket.get(), address->get(), address->size()), 0);
  EXPECT_EQ(::listen(socket.get(), 16), 0);
  return socket;
}

struct User final : TransportUser {
  void on_readable() override {}
  void on_writable() override { ++writable; }
  void on_exception() noexcept override {}
  int writable = 0;
};

// How a connect ends: 0, or an errno.
int outcome_of_connect(const Address& address) {
  SystemClock clock;
  event::Loop loop(clock);
  User user;
  SocketConnector connector;
  auto transport = connector.connect(loop, address, user);
  if (!transport) return transport.error().code;
  while (user.writable == 0) loop.turn(true);
  return (*transport)->connect_error();
}

TEST(Descriptor, is_closed_with_its_owner) {
  int fd = -1;
  {
    const Descriptor descriptor = any();
    fd = descriptor.get();
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(Descriptor, has_one_owner_at_a_time) {
  Descriptor one = any();
  const int fd = one.get();
  Descriptor other = std::move(one);
  EXPECT_EQ(other.get(), fd);
  Descriptor third = any();
  const int closed = third.get();
  third = std::move(other);
  EXPECT_EQ(third.get(), fd);
  EXPECT_FALSE(is_open(closed));
  EXPECT_EQ(third.release(), fd);
  EXPECT_FALSE(third);
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

TEST(Connector, tells_that_it_connected) {
  const Descriptor listener = listening_socket();
  EXPECT_EQ(outcome_of_connect(Address::of_socket(listener.get())), 0);
}

TEST(Connector, tells_that_nobody_listens) {
  Descriptor listener = listening_socket();
  const Address address = Address::of_socket(listener.get());
  listener.close();
  EXPECT_EQ(outcome_of_connect(address), ECONNREFUSED);
  EXPECT_EQ(outcome_of_connect(*Address::parse("unix:/nowhere/at/all")), ENOENT);
}

TEST(Connector, tells_that_descriptors_are_used_up) {
  SystemClock clock;
  event::Loop loop(clock);
  User user;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{static_cast<rlim_t>(any().get()), before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  SocketConnector connector;
  const auto transport = connector.connect(loop, *Address::parse("127.0.0.1:1"), user);
  ::setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code, EMFILE);
}

TEST(DescriptorLimit, becomes_the_hard_one) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit lower{256, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &lower);
  EXPECT_EQ(raise_descriptor_limit(), before.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace gatehouse::net
