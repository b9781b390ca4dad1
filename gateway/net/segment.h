// A piece of a body on its way: bytes in memory, or bytes that stay in a pipe and are never seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gatehouse::net {

class Pipe;

// `bytes` are valid until the call that hands the segment on returns.  With `pipe`, `piped` bytes
// lie in it and `bytes` is empty; what the receiver does not take stays there.
struct Segment {
  std::string_view bytes;
  Pipe* pipe = nullptr;
  std::size_t piped = 0;

  [[nodiscard]] std::size_t size() const { return bytes.size() + piped; }
};

// How much of a body its consumer is ready for: nothing, or as much as the producer reads at once.
struct Credit {
  std::size_t bytes = 0;
  bool pipe = false;  // may come as a pipe: nobody looks at the bytes

  static constexpr Credit none() { return {}; }
  static constexpr Credit some(bool may_pipe) { return {SIZE_MAX, may_pipe}; }
};

}  // namespace gatehouse::net
