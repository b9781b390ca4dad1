// Accepts connections from one descriptor.
#pragma once

#include <cerrno>
#include <cstdint>

#include "event/loop.h"
#include "event/timer.h"
#include "event/watch.h"
#include "net/address.h"
#include "net/socket.h"

namespace gatehouse::net {

class AcceptUser {
 public:
  // `fd` is non-blocking, without delay and the callee's.
  virtual void on_accept(std::uint32_t listener_slot, int fd, const IpAddress& peer) = 0;
  // Accepting pauses for want of descriptors.
  virtual void on_accept_pause() {}

 protected:
  ~AcceptUser() = default;
};

// Takes at most 64 connections a turn, so that the open ones are served in between.  Out of
// descriptors it pauses for 100 ms: what waits stays in the kernel's queue and is served a little
// later.  When that lasts a second, those that wait are closed instead (a descriptor is kept in
// reserve for it): a client learns more from that than from silence.
// Thread: its worker's.  The descriptor stays the caller's and must outlive it.
class Listener final : private event::Watcher, private event::Timer {
 public:
  Listener(event::Loop& loop, int fd, std::uint32_t listener_slot, AcceptUser& user);
  [[nodiscard]] int fd() const { return fd_; }
  // Takes what waits and refuses what comes from now on, in every process that holds the socket.
  void finish();
  // How often it paused.
  [[nodiscard]] std::uint64_t pauses() const { return pauses_; }
  // Connections closed unserved.
  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }

 private:
  enum class Taken : std::uint8_t { one, none_left, failed };

  void on_ready(bool readable, bool writable) override;
  void on_exception() noexcept override { pause(ENOMEM); }
  Taken take_one();
  void pause(int error);
  void resume();
  void turn_away();

  event::Loop& loop_;
  event::Watch watch_;
  AcceptUser& user_;
  Descriptor reserve_;
  int fd_;
  std::uint32_t slot_;
  std::uint32_t pauses_in_a_row_ = 0;
  std::uint64_t pauses_ = 0;
  std::uint64_t turned_away_ = 0;
};

}  // namespace gatehouse::net
