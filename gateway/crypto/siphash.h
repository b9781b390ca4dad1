// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF"): a hash for tables whose
// keys clients choose. Who does not know the secret finds no two texts that meet.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gatehouse::crypto {

class SipHash {
 public:
  // `secret`: 16 random bytes.  Throws std::length_error for any other number.
  explicit SipHash(std::string_view secret);

  // Any thread.  Cost: about 15 ns and 1 ns a byte.
  [[nodiscard]] std::uint64_t operator()(std::string_view text) const noexcept;

 private:
  std::array<std::uint64_t, 2> key_{};
};

}  // namespace gatehouse::crypto
