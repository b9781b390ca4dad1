#include "net/tcp_transport.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>

#include "event/loop.h"
#include "net/socket.h"

namespace gatehouse::net {
namespace {

struct User final : TransportUser {
  void on_readable() override { ++readable; }
  void on_writable() override { ++writable; }
  void on_exception() noexcept override {}
  int readable = 0;
  int writable = 0;
};

// A transport over TCP, and its peer as a plain socket.
class ATcpTransport : public ::testing::Test {
 protected:
  ATcpTransport() {
    const Descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto any = Address::parse("127.0.0.1:0");
    EXPECT_EQ(::bind(listener.get(), any->get(), any->size()), 0);
    EXPECT_EQ(::listen(listener.get(), 1), 0);
    auto near = connect_start(Address::of_socket(listener.get()));
    far_ = Descriptor(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    transport_ = std::make_unique<TcpTransport>(loop_, near->release(), user_);
  }
  [[nodiscard]] std::string far_receives() const {
    char bytes[64];
    const ssize_t n = ::recv(far_.get(), bytes, sizeof bytes, 0);
    return n >= 0 ? std::string(bytes, static_cast<std::size_t>(n))
                  : "errno " + std::to_string(errno);
  }
  void far_sends(std::string_view bytes) const {
    ASSERT_EQ(::send(far_.get(), bytes.data(), bytes.size(), 0),
              static_cast<ssize_t>(bytes.size()));
  }

  SystemClock clock_;
  event::Loop loop_{clock_};
  User user_;
  Descriptor far_;
  std::unique_ptr<TcpTransport> transport_;
  char bytes_[64];
};

TEST_F(ATcpTransport, tells_what_is_wanted_and_nothing_else) {
  far_sends("hello");
  loop_.turn(true);
  EXPECT_EQ(user_.readable, 1);
  EXPECT_EQ(user_.writable, 0);
  transport_->want(false, true);
  loop_.turn(true);
  EXPECT_EQ(user_.readable, 1);
  EXPECT_EQ(user_.writable, 1);
  transport_->want(false, false);
  loop_.turn(false);
  EXPECT_EQ(user_.readable + user_.writable, 2);
}

TEST_F(ATcpTransport, reads_bytes_then_the_end) {
  EXPECT_EQ(transport_->read(bytes_, sizeof bytes_).status, Io::would_block);
  far_sends("hello");
  far_.close();
  loop_.turn(true);
  EXPECT_EQ(transport_->read(bytes_, 2).bytes, 2u);
  EXPECT_EQ(transport_->read(bytes_, sizeof bytes_).bytes, 3u);
  loop_.turn(true);
  EXPECT_EQ(transport_->read(bytes_, sizeof bytes_).status, Io::eof);
}

TEST_F(ATcpTransport, writes_pieces_in_order) {
  const std::string_view pieces[] = {"one", "", "two"};
  EXPECT_EQ(transport_->write(pieces).bytes, 6u);
  EXPECT_EQ(far_receives(), "onetwo");
}

TEST_F(ATcpTransport, goes_on_reading_after_it_sent_its_end) {
  transport_->shutdown_write();
  EXPECT_EQ(far_receives(), "");
  far_sends("late");
  loop_.turn(true);
  EXPECT_EQ(transport_->read(bytes_, sizeof bytes_).bytes, 4u);
}

TEST_F(ATcpTransport, closes_with_an_error_only_when_told_to) {
  transport_->close(true);
  EXPECT_EQ(far_receives(), "errno " + std::to_string(ECONNRESET));
}

TEST_F(ATcpTransport, closes_cleanly) {
  transport_->close(false);
  EXPECT_EQ(far_receives(), "");
  transport_->close(false);
}

TEST_F(ATcpTransport, counts_what_the_peer_acknowledged) {
  EXPECT_EQ(transport_->acknowledged(), 0);
  ASSERT_EQ(transport_->write("hello").bytes, 5u);
  EXPECT_EQ(far_receives(), "hello");
  EXPECT_EQ(transport_->acknowledged(), 5);
}

TEST_F(ATcpTransport, tells_a_reset) {
  const linger now{1, 0};
  ::setsockopt(far_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  far_.close();
  loop_.turn(true);
  EXPECT_EQ(transport_->read(bytes_, sizeof bytes_).status, Io::reset);
  EXPECT_EQ(transport_->write("x").status, Io::reset);
}

}  // namespace
}  // namespace gatehouse::net
