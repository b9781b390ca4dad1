// Tokens checked against one set of keys and one set of rules.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "crypto/jose/claims.h"
#include "crypto/jose/header.h"
#include "crypto/jose/signature.h"

namespace gatehouse::crypto::jose {

// A token that verified.  Looks at the verifier's memory: until its next call.
struct VerifiedToken {
  const Json* claims = nullptr;
  std::string_view payload;  // their text as it was sent
  TokenTimes times;
  Algorithm algorithm = Algorithm::HS256;
};

// Strict in every step: sizes before base64, the signature before the claims (RFC 8725).  A key is
// chosen by kid among those that the file gives, and used only with its own algorithms.  A token
// without kid is tried with keys that have none (at most four), or with the only one of its
// algorithm.
// Thread: one at a time (a worker has its own).  Owns: prepared keys, 8 KiB, and room for claims.
// Cost: HS256 of 300 bytes below 1 us; no allocation after the first of its kind.
class Verifier {
 public:
  Verifier(std::vector<Key> keys, ClaimRules rules, std::string type = "JWT");

  // `now`: seconds since 1970.  Errors: the first thing that is wrong.
  [[nodiscard]] tl::expected<VerifiedToken, TokenFault> verify(std::string_view token,
                                                               std::int64_t now) noexcept;
  [[nodiscard]] const ClaimRules& rules() const { return rules_; }

 private:
  std::optional<TokenFault> header(std::string_view base64url);
  std::optional<TokenFault> signature(const CompactJws& token);
  [[nodiscard]] bool may_try(const Key& key, std::size_t only) const;

  std::vector<SignatureOf> keys_;
  ClaimRules rules_;
  std::string type_;
  // Nearly all tokens of an issuer have the same header, byte for byte: it is read once.
  std::string known_header_;
  TokenHeader header_;
  std::vector<char> bytes_;  // decoded; reading it resolves escapes in place
  std::vector<char> text_;   // and as it was
  Json payload_;
};

}  // namespace gatehouse::crypto::jose
