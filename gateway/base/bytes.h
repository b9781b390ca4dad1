// Sizes with their unit in the type.
#pragma once

#include <compare>
#include <cstdint>

namespace gatehouse {

// A number of bytes.  Written in routes.yaml as 512B, 8KiB, 10MiB, 1GiB.
struct Bytes {
  std::uint64_t value = 0;
  constexpr auto operator<=>(const Bytes&) const = default;
};

constexpr Bytes operator""_KiB(unsigned long long n) { return Bytes{n << 10}; }
constexpr Bytes operator""_MiB(unsigned long long n) { return Bytes{n << 20}; }

}  // namespace gatehouse
