// A plain socket (TCP or Unix) as a transport.
#pragma once

#include "event/watch.h"
#include "net/transport.h"

namespace gatehouse::net {

// Owns: the descriptor.  Cost: one system call per read or write, none for `want` that changes
// nothing.
class TcpTransport final : public Transport, private event::Watcher {
 public:
  // `fd` is connected or connecting (then `on_writable` tells, if wanted), non-blocking.
  TcpTransport(event::Loop& loop, int fd, TransportUser& user);
  ~TcpTransport() override { close(false); }

  IoResult read(char* to, std::size_t size) override;
  IoResult write(std::string_view bytes) override;
  IoResult write(std::span<const std::string_view> pieces) override;
  void want(bool read, bool write) override { watch_.want(read, write); }
  void set_user(TransportUser& user) override { user_ = &user; }
  [[nodiscard]] bool pending() const override { return watch_.pending(); }
  [[nodiscard]] int splice_fd() const override { return fd_; }
  [[nodiscard]] std::int64_t acknowledged() const override;
  [[nodiscard]] int connect_error() const override;
  void shutdown_write() override;
  void close(bool reset) override;

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override { user_->on_exception(); }

  event::Watch watch_;
  TransportUser* user_;
  int fd_;
};

}  // namespace gatehouse::net
