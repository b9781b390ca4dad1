// Accepts connections from one descriptor.
#pragma once

#include "event/loop.h"
#include "event/timer.h"
#include "event/watch.h"
#include "net/address.h"

namespace gatehouse::net {

class AcceptUser {
 public:
  // `fd` is non-blocking and the callee's.
  virtual void on_accept(std::uint32_t listener_slot, int fd, const IpAddress& peer) = 0;

 protected:
  ~AcceptUser() = default;
};

// Takes at most 64 connections a turn, so that the open ones are served in between.  Out of
// descriptors it pauses for 100 ms and tries again; what waits meanwhile stays in the kernel's
// queue. Thread: its worker's.  The descriptor stays the caller's and must outlive it.
class Listener final : private event::Watcher, private event::Timer {
 public:
  Listener(event::Loop& loop, int fd, std::uint32_t listener_slot, AcceptUser& user);
  [[nodiscard]] int fd() const { return fd_; }
  // How often it paused.
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }

 private:
  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override { pause(); }
  void pause();

  event::Loop& loop_;
  event::Watch watch_;
  AcceptUser& user_;
  int fd_;
  std::uint32_t slot_;
  std::uint64_t pauses_ = 0;
};

}  // namespace gatehouse::net
