// The plain functions are the only ones that begin from a state that was computed before.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hmac_sha256.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kBlock = SHA256_CBLOCK;

// One block has been hashed already.
bool go_on(const std::array<std::uint32_t, 8>& state, std::string_view text, Digest256& out) {
  SHA256_CTX context{};
  std::copy(state.begin(), state.end(), context.h);
  context.Nl = kBlock * 8;
  context.md_len = SHA256_DIGEST_LENGTH;
  return SHA256_Update(&context, text.data(), text.size()) == 1 &&
         SHA256_Final(out.data(), &context) == 1;
}

}  // namespace

bool HmacSha256::start(const std::array<unsigned char, 64>& block, State& out) noexcept {
  SHA256_CTX context;
  const bool good =
      SHA256_Init(&context) == 1 && SHA256_Update(&context, block.data(), block.size()) == 1;
  std::copy_n(context.h, out.size(), out.begin());
  OPENSSL_cleanse(&context, sizeof context);
  return good;
}

HmacSha256::HmacSha256(std::string_view key) noexcept {
  Digest256 hashed{};
  if (key.size() > kBlock) {
    SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), hashed.data());
    key = {reinterpret_cast<const char*>(hashed.data()), hashed.size()};
  }
  std::array<unsigned char, kBlock> block{};
  const auto mix = [&](unsigned char with, State& out) {
    std::fill(block.begin(), block.end(), with);
    for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= static_cast<unsigned char>(key[i]);
    return start(block, out);
  };
  good_ = mix(0x36, inner_) && mix(0x5c, outer_);
  OPENSSL_cleanse(block.data(), block.size());
  OPENSSL_cleanse(hashed.data(), hashed.size());
}

HmacSha256::~HmacSha256() {
  OPENSSL_cleanse(inner_.data(), sizeof inner_);
  OPENSSL_cleanse(outer_.data(), sizeof outer_);
}

bool HmacSha256::of(std::string_view text, Digest256& out) const noexcept {
  return good_ && go_on(inner_, text, out) &&
         go_on(outer_, {reinterpret_cast<const char*>(out.data()), out.size()}, out);
}

}  // namespace gatehouse::crypto
