#include "crypto/jose/claims.h"

#include <algorithm>

namespace gatehouse::crypto::jose {
namespace {

// What only an id_token (OpenID Connect Core 2) or a logout token (Back-Channel Logout 2.4) says.
constexpr std::string_view kOtherPurposes[] = {"nonce", "at_hash", "c_hash", "s_hash", "events"};

std::optional<TokenFault> check_times(const Json& payload, std::int64_t leeway, std::int64_t now,
                                      TokenTimes& times) {
  const JsonNode* exp = payload.find("exp");
  if (exp == nullptr) return TokenFault::no_expiry;
  const auto expires = seconds_of(*exp, false);
  if (!expires) return TokenFault::bad_time;
  if (now >= *expires + leeway) return TokenFault::expired;
  times.expires = *expires;
  if (const JsonNode* nbf = payload.find("nbf")) {
    const auto begins = seconds_of(*nbf, true);
    if (!begins) return TokenFault::bad_time;
    if (now < *begins - leeway) return TokenFault::not_yet_valid;
  }
  if (const JsonNode* iat = payload.find("iat")) {
    const auto issued = seconds_of(*iat, true);
    if (!issued) return TokenFault::bad_time;
    if (*issued > now + leeway) return TokenFault::issued_ahead;
    times.issued = *issued;
  }
  return std::nullopt;
}

bool issuer_fits(const Json& payload, const ClaimRules& rules) {
  const JsonNode* iss = payload.find("iss");
  return iss != nullptr && iss->type == JsonType::string &&
         std::find(rules.issuers.begin(), rules.issuers.end(), iss->text) != rules.issuers.end();
}

// An array that holds anything but texts names nobody.
bool audience_fits(const Json& payload, const ClaimRules& rules) {
  const JsonNode* aud = payload.find("aud");
  if (aud == nullptr) return false;
  bool texts = aud->type == JsonType::string || aud->type == JsonType::array;
  payload.each(*aud, [&](const JsonNode& each) { texts = texts && each.type == JsonType::string; });
  return texts && std::any_of(rules.audiences.begin(), rules.audiences.end(),
                              [&](const auto& ours) { return claim_has(payload, *aud, ours); });
}

}  // namespace

bool claim_has(const Json& payload, const JsonNode& claim, std::string_view text) {
  if (claim.type == JsonType::string) return claim.text == text;
  bool found = false;
  if (claim.type == JsonType::array) {
    payload.each(claim, [&](const JsonNode& each) {
      found = found || (each.type == JsonType::string && each.text == text);
    });
  }
  return found;
}

std::optional<TokenFault> check_claims(const Json& payload, const ClaimRules& rules,
                                       std::int64_t now, TokenTimes& times) {
  constexpr std::size_t kLongestSubject = 256;
  if (const auto fault = check_times(payload, rules.leeway.count(), now, times)) return fault;
  if (!rules.issuers.empty() && !issuer_fits(payload, rules)) return TokenFault::wrong_issuer;
  if (!rules.audiences.empty() && !audience_fits(payload, rules)) return TokenFault::wrong_audience;
  if (const JsonNode* sub = payload.find("sub")) {
    if (sub->type != JsonType::string || sub->text.empty() || sub->text.size() > kLongestSubject) {
      return TokenFault::bad_subject;
    }
  }
  for (const auto& name : rules.required) {
    const JsonNode* claim = payload.find(name);
    if (claim == nullptr || claim->type == JsonType::null) return TokenFault::claim_missing;
  }
  for (const auto name : kOtherPurposes) {
    if (payload.find(name) != nullptr) return TokenFault::other_purpose;
  }
  return std::nullopt;
}

}  // namespace gatehouse::crypto::jose
