// Carries messages and descriptors between supervisor and serving process.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "net/socket.h"
#include "supervise/message.h"

namespace gatehouse::supervise {

struct Received {
  Message message;
  std::vector<net::Descriptor> descriptors;
  bool lost_descriptors = false;  // this process has no room for all of them
};

// One end of a SOCK_SEQPACKET pair: a message arrives whole or not at all.  Thread: one.
class Channel {
 public:
  // What SCM_RIGHTS carries at once is 253 (SCM_MAX_FD of the kernel).
  static constexpr std::size_t kMostDescriptors = 250;

  Channel() = default;
  explicit Channel(net::Descriptor socket) : socket_(std::move(socket)) {}
  [[nodiscard]] static Result<std::pair<Channel, Channel>> make_pair();

  [[nodiscard]] int fd() const { return socket_.get(); }
  [[nodiscard]] bool open() const { return static_cast<bool>(socket_); }
  void close() { socket_.close(); }

  // Waits up to a second for room.  Errors: EPIPE (the other side is gone), EAGAIN (it does not
  // read).
  Status send(const Message& message, std::span<const int> descriptors = {});
  // Nothing: no message waits.  Errors: EPIPE (the other side is gone), EBADMSG.
  [[nodiscard]] Result<std::optional<Received>> receive();
  // False: nothing to receive (not even the end) came within this time.
  [[nodiscard]] bool wait(Millis within) const;

 private:
  net::Descriptor socket_;
};

}  // namespace gatehouse::supervise
