// A part of a file as the body of an answer.
#pragma once

#include <cstdint>

namespace gatehouse::exchange {

// Owns nothing: whoever has it last closes it.
struct FileBody {
  int descriptor = -1;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  [[nodiscard]] bool open() const { return descriptor >= 0; }
  void close();
};

}  // namespace gatehouse::exchange
