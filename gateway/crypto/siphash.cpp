#include "crypto/siphash.h"

#include <bit>
#include <cstring>
#include <stdexcept>

namespace gatehouse::crypto {
namespace {

static_assert(std::endian::native == std::endian::little);

using State = std::array<std::uint64_t, 4>;

// Not a call for each: there are two for eight bytes.
[[gnu::always_inline]] inline void round(State& v) {
  v[0] += v[1];
  v[1] = std::rotl(v[1], 13) ^ v[0];
  v[0] = std::rotl(v[0], 32);
  v[2] += v[3];
  v[3] = std::rotl(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = std::rotl(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = std::rotl(v[1], 17) ^ v[2];
  v[2] = std::rotl(v[2], 32);
}

[[gnu::always_inline]] inline void compress(State& v, std::uint64_t word) {
  v[3] ^= word;
  round(v);
  round(v);
  v[0] ^= word;
}

}  // namespace

SipHash::SipHash(std::string_view secret) {
  if (secret.size() != sizeof key_) throw std::length_error("a secret of SipHash has 16 bytes");
  std::memcpy(key_.data(), secret.data(), sizeof key_);
}

std::uint64_t SipHash::operator()(std::string_view text) const noexcept {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  State v = {key_[0] ^ 0x736f6d6570736575, key_[1] ^ 0x646f72616e646f6d,
             key_[0] ^ 0x6c7967656e657261, key_[1] ^ 0x7465646279746573};
  std::uint64_t last = std::uint64_t{text.size()} << 56;
  for (; text.size() >= kWord; text.remove_prefix(kWord)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), kWord);
    compress(v, word);
  }
  if (!text.empty()) {
    std::uint64_t tail = 0;
    std::memcpy(&tail, text.data(), text.size());
    last |= tail;
  }
  compress(v, last);
  v[2] ^= 0xff;
  for (int i = 0; i < 4; ++i) round(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

}  // namespace gatehouse::crypto
