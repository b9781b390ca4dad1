// Descriptors and what the system is asked about sockets.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "net/address.h"

namespace gatehouse::net {

// Owns: one descriptor, or none (-1).
class Descriptor {
 public:
  Descriptor() noexcept = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor() { close(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] explicit operator bool() const noexcept { return fd_ >= 0; }
  // The caller's from now on.
  [[nodiscard]] int release() noexcept;
  void close() noexcept;

 private:
  int fd_ = -1;
};

// A socket that connects, or has connected, without blocking; closed on exec, TCP without delay.
// Errors: what the system call answered at once.
[[nodiscard]] Result<Descriptor> connect_start(const Address& address);

// Small pieces are sent at once.  Set on a listening socket it holds for those that it accepts.
void set_nodelay(int fd) noexcept;

// The soft limit of open descriptors becomes the hard one.  Answers the limit that now holds.
[[nodiscard]] std::uint64_t raise_descriptor_limit() noexcept;

// Whether so many more could be opened now.
[[nodiscard]] bool descriptors_left(std::size_t count);

}  // namespace gatehouse::net
