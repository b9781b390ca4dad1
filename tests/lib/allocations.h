// How often this process has asked for memory so far, however it did: new, malloc, aligned.
#pragma once

#include <cstdint>

namespace gatehouse::test {

// Thread: any.
[[nodiscard]] std::uint64_t allocations() noexcept;
// Bytes asked for.
[[nodiscard]] std::uint64_t allocated_bytes() noexcept;

}  // namespace gatehouse::test
