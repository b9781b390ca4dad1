// What the tables of this folder have in common: one secret, one moment, and a word for a verdict.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/jose/verifier.h"
#include "lib/token_forge.h"

namespace gatehouse::crypto::jose {

inline constexpr std::string_view kSecret = "the secret of these tests, 40 bytes long";
inline constexpr std::int64_t kNow = 1'700'000'000;
inline constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
inline constexpr std::string_view kPayload = R"({"sub":"ann","exp":1700003600})";

inline Verifier of_secret(ClaimRules rules = {}) {
  return Verifier({*Key::from_secret(kSecret)}, std::move(rules));
}
inline Verifier of_keys(std::vector<Key> keys) { return Verifier(std::move(keys), {}); }

// "accepted", or the fault's word.
inline std::string verdict(Verifier& verifier, std::string_view token, std::int64_t now = kNow) {
  const auto verified = verifier.verify(token, now);
  return verified ? "accepted" : std::string(word(verified.error()));
}
inline std::string verdict(Verifier&& verifier, std::string_view token, std::int64_t now = kNow) {
  return verdict(verifier, token, now);
}
inline std::string of_header(std::string_view header) {
  return verdict(of_secret(), test::hmac_token(kSecret, header, kPayload));
}
inline std::string of_payload(std::string_view payload, ClaimRules rules = {}) {
  return verdict(of_secret(std::move(rules)), test::hmac_token(kSecret, kHeader, payload));
}

}  // namespace gatehouse::crypto::jose
