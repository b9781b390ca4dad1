// Connections over TCP, all through one listening socket on the loopback.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "event/loop.h"
#include "lib/test_net.h"
#include "net/socket.h"
#include "net/tcp_transport.h"

namespace gatehouse::test {

class SocketFarEnd final : public FarEnd {
 public:
  explicit SocketFarEnd(net::Descriptor socket) : socket_(std::move(socket)) {}

  void sends(std::string_view bytes) override {
    outbox_.append(bytes);
    pump();
  }
  void ends() override {
    ends_ = true;
    pump();
  }
  void closes() override { socket_.close(); }
  void resets() override {
    const linger now{1, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    socket_.close();
  }
  bool pump() override {
    if (!socket_) return false;
    const bool sent = push();
    return pull() || sent;
  }

 private:
  bool push() {
    bool moved = false;
    while (!outbox_.empty()) {
      const ssize_t n = ::send(socket_.get(), outbox_.data(), outbox_.size(), MSG_NOSIGNAL);
      if (n <= 0) return moved;
      outbox_.erase(0, static_cast<std::size_t>(n));
      moved = true;
    }
    if (!std::exchange(ends_, false)) return moved;
    ::shutdown(socket_.get(), SHUT_WR);
    return true;
  }
  bool pull() {
    if (!reads_ || over()) return false;
    std::array<char, 65536> bytes;
    const ssize_t n = ::recv(socket_.get(), bytes.data(), bytes.size(), 0);
    if (n > 0) inbox_.append(bytes.data(), static_cast<std::size_t>(n));
    saw_end_ = n == 0;
    saw_reset_ = n < 0 && errno != EAGAIN;
    return n > 0 || over();
  }

  net::Descriptor socket_;
  std::string outbox_;
  bool ends_ = false;
};

class SocketNet final : public TestNet {
 public:
  SocketNet() {
    const auto any = net::Address::parse("127.0.0.1:0");
    GH_CHECK(::bind(listener_.get(), any->get(), any->size()) == 0);
    GH_CHECK(::listen(listener_.get(), 128) == 0);
  }

  Client connect_client(event::Loop& loop) override {
    auto far = std::make_shared<SocketFarEnd>(dial());
    far_ends_.push_back(far);
    return {[&loop, near = accept().release()](net::TransportUser& user) {
              return std::make_unique<net::TcpTransport>(loop, near, user);
            },
            far};
  }
  Result<std::unique_ptr<net::Transport>> connect(event::Loop& loop, const net::Address& address,
                                                  net::TransportUser& user) override {
    ++attempts;
    GH_CHECK(greets(address.text()) == Greeting::accepts);  // the kernel's peers are never rude
    auto transport = std::make_unique<net::TcpTransport>(loop, dial().release(), user);
    transport->want(false, true);
    opened.push_back({address.text(), std::make_shared<SocketFarEnd>(accept())});
    far_ends_.push_back(opened.back().far);
    return transport;
  }
  bool step() override { return false; }
  [[nodiscard]] bool closed_world() const override { return false; }

 private:
  net::Descriptor dial() const {
    auto socket = net::connect_start(net::Address::of_socket(listener_.get()));
    GH_CHECK(socket.has_value());
    return std::move(*socket);
  }
  net::Descriptor accept() const {
    return net::Descriptor(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  }

  net::Descriptor listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
};

}  // namespace gatehouse::test
