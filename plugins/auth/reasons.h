// Refusals by the words of docs/reasons.md.
#pragma once

#include <string_view>

#include "crypto/jose/token_fault.h"
#include "user.h"

namespace auth {

namespace detail {
inline constexpr std::string_view kTokenReasons[] = {
#define FAULT(word, sentence) "token_" #word,
#include "crypto/jose/token_fault.def"
#undef FAULT
};
}  // namespace detail

constexpr std::string_view reason_of(gatehouse::crypto::jose::TokenFault fault) {
  return detail::kTokenReasons[static_cast<std::size_t>(fault)];
}
constexpr std::string_view reason_of(UserFault fault) {
  return fault == UserFault::no_id ? "token_no_user" : "claim_not_representable";
}
inline constexpr std::string_view kNotAuthenticated = "not_authenticated";
inline constexpr std::string_view kMalformed = "credential_malformed";
inline constexpr std::string_view kSeveral = "credentials_several";
inline constexpr std::string_view kNotAllowed = "insufficient_scope";
inline constexpr std::string_view kOtherPage = "not_own_page";
inline constexpr std::string_view kKeysAway = "keys_unavailable";

}  // namespace auth
