// A fast 64-bit hash for tables and content keys.  Not for secrets: nothing here resists an
// attacker who sees the output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse {

__extension__ using Wide = unsigned __int128;  // g++ and clang have it, ISO C++ has no name for it

// Hashes `text`; `seed` separates tables (per process for what clients may choose).  Cost: about 1
// ns per 8 bytes.
[[nodiscard]] std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0) noexcept;

// 16 lower-case hexadecimal digits.
[[nodiscard]] std::string hash_text(std::uint64_t hash);

}  // namespace gatehouse
