// What a token says, and the rules that it must keep (RFC 7519 4.1, RFC 8725 3).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/jose/json.h"

namespace gatehouse::crypto::jose {

struct ClaimRules {
  std::vector<std::string> issuers;    // one of these; empty: any or none
  std::vector<std::string> audiences;  // one of these; empty: not asked
  std::vector<std::string> required;   // must be there, and not null
  std::chrono::seconds leeway{30};     // for clocks that differ
};

// The times of a token that keeps the rules.
struct TokenTimes {
  std::int64_t expires = 0;  // seconds since 1970; the leeway is not added
  std::int64_t issued = 0;   // 0: it does not say
};

// `now`: seconds since 1970.  Errors: what is wrong, the first of it.
// exp is required; dead when now >= exp + leeway, early when now < nbf - leeway.
[[nodiscard]] std::optional<TokenFault> check_claims(const Json& payload, const ClaimRules& rules,
                                                     std::int64_t now, TokenTimes& times);

// Whether a claim is this text, or an array of texts that has it: no prefixes, no other case, no
// lists inside of a text.
[[nodiscard]] bool claim_has(const Json& payload, const JsonNode& claim, std::string_view text);

}  // namespace gatehouse::crypto::jose
