// A connected byte stream.  Readiness is the transport's property, not the descriptor's: TLS holds
// bytes that epoll does not show, and a read of it may wait for a write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace gatehouse::net {

enum class Io : std::uint8_t { ok, would_block, eof, reset, failed };

// `bytes` is meaningful with `ok` (then at least 1).
struct IoResult {
  Io status = Io::ok;
  std::size_t bytes = 0;
};

// Whoever uses a transport.
class TransportUser {
 public:
  // There is something to read (bytes, the end, an error); repeated every turn while reading is
  // wanted.
  virtual void on_readable() = 0;
  // There is room to write again; repeated every turn while writing is wanted.
  virtual void on_writable() = 0;
  // A callback threw: give the connection up.
  virtual void on_exception() noexcept = 0;

 protected:
  ~TransportUser() = default;
};

// Thread: its worker's.  Reads and writes never block.
class Transport {
 public:
  virtual ~Transport() = default;

  // Up to `size` bytes.  Fewer than asked for does not mean that nothing is left.
  virtual IoResult read(char* to, std::size_t size) = 0;
  // May take fewer than given.
  virtual IoResult write(std::string_view bytes) = 0;
  // The same for several pieces, in one system call where there is one.
  virtual IoResult write(std::span<const std::string_view> pieces) = 0;

  // What the user is to be told about.  Cost: nothing if it stays as it is.
  virtual void want(bool read, bool write) = 0;
  virtual void set_user(TransportUser& user) = 0;

  // True when something readable is known to wait although the user was not told yet.
  [[nodiscard]] virtual bool pending() const = 0;
  // The descriptor whose bytes may be spliced past this object, or -1 if there is none (TLS,
  // memory).
  [[nodiscard]] virtual int splice_fd() const = 0;
  // How many of all bytes written so far the peer's kernel has acknowledged; -1 when nobody knows.
  [[nodiscard]] virtual std::int64_t acknowledged() const = 0;

  // After a connect: 0, or the errno with which it failed.
  [[nodiscard]] virtual int connect_error() const = 0;

  // Sends the end of stream after what was written; reading goes on.
  virtual void shutdown_write() = 0;
  // Closes now; with `reset` so that the peer sees an error instead of a clean end.  Nothing is
  // called afterwards.
  virtual void close(bool reset) = 0;
};

}  // namespace gatehouse::net
