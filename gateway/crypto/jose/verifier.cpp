#include "crypto/jose/verifier.h"

#include <cstring>

#include "crypto/base64.h"

namespace gatehouse::crypto::jose {
namespace {

constexpr std::size_t kLargestPayload = 6 * 1024;
constexpr std::size_t kLargestSignature = 8192 / 8;
constexpr std::size_t kMostTries = 4;

}  // namespace

Verifier::Verifier(std::vector<Key> keys, ClaimRules rules, std::string type)
    : rules_(std::move(rules)),
      type_(std::move(type)),
      bytes_(kLargestPayload + 4),
      text_(kLargestPayload + 4) {
  for (auto& key : keys) keys_.emplace_back(std::move(key));
}

std::optional<TokenFault> Verifier::header(std::string_view base64url) {
  if (!known_header_.empty() && base64url == known_header_) return std::nullopt;
  known_header_.clear();
  if (const auto fault = read_header(base64url, type_, header_)) return fault;
  known_header_ = base64url;
  return std::nullopt;
}

// `only`: how many keys with a kid have the algorithm.
bool Verifier::may_try(const Key& key, std::size_t only) const {
  if (!key.algorithms().has(header_.algorithm)) return false;
  if (key.kid().empty()) return true;
  return header_.kid.empty() ? only == 1 : key.kid() == header_.kid;
}

std::optional<TokenFault> Verifier::signature(const CompactJws& token) {
  std::array<char, kLargestSignature + 4> bytes;
  if (token.signature.size() > (kLargestSignature * 4 + 2) / 3) return TokenFault::too_large;
  const auto size = from_base64url(token.signature, bytes.data());
  if (!size) return TokenFault::bad_base64;
  bool algorithm_known = false;
  std::size_t with_kid = 0;
  for (const auto& key : keys_) {
    if (!key.key().algorithms().has(header_.algorithm)) continue;
    algorithm_known = true;
    if (!key.key().kid().empty()) ++with_kid;
  }
  if (!algorithm_known) return TokenFault::algorithm_refused;
  std::size_t tries = 0;
  for (auto& key : keys_) {
    if (!may_try(key.key(), with_kid)) continue;
    if (key.verify(header_.algorithm, token.signed_text, {bytes.data(), *size}))
      return std::nullopt;
    if (++tries == kMostTries) break;
  }
  return tries == 0 ? TokenFault::unknown_key : TokenFault::bad_signature;
}

tl::expected<VerifiedToken, TokenFault> Verifier::verify(std::string_view token,
                                                         std::int64_t now) noexcept try {
  CompactJws parts;
  if (const auto fault = cut(token, parts)) return tl::make_unexpected(*fault);
  if (parts.payload.size() > (kLargestPayload * 4 + 2) / 3) {
    return tl::make_unexpected(TokenFault::too_large);
  }
  if (const auto fault = header(parts.header)) return tl::make_unexpected(*fault);
  if (const auto fault = signature(parts)) return tl::make_unexpected(*fault);
  const auto size = from_base64url(parts.payload, bytes_.data());
  if (!size) return tl::make_unexpected(TokenFault::bad_base64);
  std::memcpy(text_.data(), bytes_.data(), *size);
  if (const auto fault = payload_.read(bytes_.data(), *size)) return tl::make_unexpected(*fault);
  VerifiedToken out{&payload_, {text_.data(), *size}, {}, header_.algorithm};
  if (const auto fault = check_claims(payload_, rules_, now, out.times)) {
    return tl::make_unexpected(*fault);
  }
  return out;
} catch (...) {
  known_header_.clear();
  return tl::make_unexpected(TokenFault::not_checked);
}

}  // namespace gatehouse::crypto::jose
