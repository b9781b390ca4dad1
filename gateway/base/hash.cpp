#include "base/hash.h"

#include <cstring>

#include "base/hex.h"

namespace gatehouse {
namespace {

// Multiply two words and fold the 128-bit product: the mixing step of the wyhash family.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide p = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(p) ^ static_cast<std::uint64_t>(p >> 64);
}

constexpr std::uint64_t kOdd1 = 0x9e3779b97f4a7c15ULL;  // 2^64 / golden ratio
constexpr std::uint64_t kOdd2 = 0xd6e8feb86659fd93ULL;

}  // namespace

std::uint64_t hash64(std::string_view text, std::uint64_t seed) noexcept {
  std::uint64_t h = seed ^ fold(text.size() ^ kOdd1, kOdd2);
  const char* p = text.data();
  std::size_t left = text.size();
  for (; left >= 8; left -= 8, p += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    h = fold(h ^ word ^ kOdd1, kOdd2);
  }
  std::uint64_t tail = 0;
  if (left != 0) std::memcpy(&tail, p, left);
  return fold(h ^ tail ^ kOdd2, kOdd1 ^ left);
}

std::string hash_text(std::uint64_t hash) {
  std::string out(16, '0');
  write_hex(out.data(), hash);
  return out;
}

}  // namespace gatehouse
