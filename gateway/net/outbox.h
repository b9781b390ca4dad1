// Bytes on their way out: written at once when the transport takes them, kept until it does
// otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.h"
#include "net/transport.h"

namespace gatehouse::net {

// What a worker's connections share while one of them handles an event: never held across a turn.
struct IoScratch {
  static constexpr std::size_t kSize = BufferPool::kLarge;
  static constexpr std::size_t kPieces = 24;
  alignas(64) char in[kSize];   // what was just read
  alignas(64) char out[kSize];  // a head being written, or small pieces joined for one send
  // What the event under way has produced for one connection, in order.
  std::array<std::string_view, kPieces> pieces;
  std::size_t piece_count = 0;
  const void* owner = nullptr;             // whose pieces they are
  std::array<char, kPieces * 24> framing;  // chunk headers that the pieces point at
  std::size_t framing_used = 0;

  void forget_pieces() { piece_count = framing_used = 0; }
  [[nodiscard]] std::span<const std::string_view> gathered() const {
    return {pieces.data(), piece_count};
  }
};

// Thread: its worker's.  Owns: a buffer, only while something could not be sent.
class Outbox {
 public:
  // Sends `pieces` after whatever still waits.  What the transport does not take is copied, so the
  // pieces need not outlive the call.  `ok`: all is sent; `would_block`: the rest follows with
  // `resume` (the caller wants writability); otherwise the connection is gone.  Cost: one send;
  // pieces of up to 8 KiB together are joined first, because copying them costs less than a
  // vectored call.
  Io send(Transport& transport, BufferPool& buffers, IoScratch& scratch,
          std::span<const std::string_view> pieces);
  // Goes on with what waits.
  Io resume(Transport& transport);

  [[nodiscard]] bool empty() const { return begin_ == end_; }
  [[nodiscard]] std::size_t waiting() const { return end_ - begin_; }
  // All bytes that the transport took so far.
  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  void clear();

 private:
  void keep(BufferPool& buffers, std::span<const std::string_view> pieces, std::size_t skip);

  Buffer rest_;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace gatehouse::net
