// The signature algorithms of RFC 7518 3.1 and RFC 8037 that exist here.  `none`, RS1, ES256K and
// the truncated HMACs do not.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::crypto::jose {

enum class Algorithm : std::uint8_t {
  HS256,
  HS384,
  HS512,
  RS256,
  RS384,
  RS512,
  PS256,
  PS384,
  PS512,
  ES256,
  ES384,
  ES512,
  EdDSA,
};
enum class Family : std::uint8_t { hmac, rsa_pkcs1, rsa_pss, ecdsa, eddsa };

inline constexpr std::array<std::string_view, 13> kAlgorithmWords = {
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
    "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"};

[[nodiscard]] constexpr std::string_view word(Algorithm algorithm) {
  return kAlgorithmWords[static_cast<std::size_t>(algorithm)];
}
// The algorithm of exactly that spelling, or nothing.
[[nodiscard]] constexpr std::optional<Algorithm> algorithm_of(std::string_view text) {
  for (std::size_t i = 0; i < kAlgorithmWords.size(); ++i) {
    if (kAlgorithmWords[i] == text) return static_cast<Algorithm>(i);
  }
  return std::nullopt;
}
[[nodiscard]] constexpr Family family_of(Algorithm algorithm) {
  return static_cast<Family>(static_cast<unsigned>(algorithm) / 3);
}
// 0, 1, 2: SHA-256, SHA-384, SHA-512.
[[nodiscard]] constexpr std::size_t hash_index(Algorithm algorithm) {
  return static_cast<std::size_t>(algorithm) % 3;
}
inline constexpr std::array<const char*, 3> kHashNames = {"SHA256", "SHA384", "SHA512"};
inline constexpr std::array<std::size_t, 3> kHashSizes = {32, 48, 64};

// A set of algorithms, as a key has it and as the file names it.
class AlgorithmSet {
 public:
  constexpr AlgorithmSet() = default;
  constexpr AlgorithmSet(std::initializer_list<Algorithm> algorithms) {
    for (const auto algorithm : algorithms) add(algorithm);
  }
  // All of some families.
  static constexpr AlgorithmSet of(std::initializer_list<Family> families) {
    AlgorithmSet out;
    for (std::size_t i = 0; i < kAlgorithmWords.size(); ++i) {
      for (const auto family : families) {
        if (family_of(static_cast<Algorithm>(i)) == family) out.add(static_cast<Algorithm>(i));
      }
    }
    return out;
  }
  constexpr void add(Algorithm algorithm) {
    bits_ = static_cast<std::uint16_t>(bits_ | 1U << static_cast<unsigned>(algorithm));
  }
  [[nodiscard]] constexpr bool has(Algorithm algorithm) const {
    return (bits_ >> static_cast<unsigned>(algorithm) & 1U) != 0;
  }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  [[nodiscard]] constexpr AlgorithmSet both(AlgorithmSet other) const {
    AlgorithmSet out;
    out.bits_ = bits_ & other.bits_;
    return out;
  }
  constexpr bool operator==(const AlgorithmSet&) const = default;

 private:
  std::uint16_t bits_ = 0;
};

}  // namespace gatehouse::crypto::jose
