// Asking the processor for memory before it is needed.
#pragma once

#include <cstddef>

namespace gatehouse {

// The lines of `size` bytes come while other work is done; nothing waits for them, and an address
// that leads nowhere does no harm.  Cost: an instruction a line.
inline void prefetch(const void* object, std::size_t size) noexcept {
  constexpr std::size_t kLine = 64;
  for (std::size_t at = 0; at < size; at += kLine)
    __builtin_prefetch(static_cast<const char*>(object) + at);
}

}  // namespace gatehouse
