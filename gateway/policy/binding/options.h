// What the tables that calls take may have; the stubs say the same, and a test compares them.
#pragma once

#include <array>
#include <string_view>

namespace gatehouse::policy {

inline constexpr std::array<std::string_view, 4> kRespondKeys = {"status", "headers", "body",
                                                                 "json"};
inline constexpr std::array<std::string_view, 7> kFetchKeys = {
    "method", "path", "query", "headers", "body", "json", "timeout"};
inline constexpr std::array<std::string_view, 4> kLimitKeys = {"key", "rate", "burst", "store"};
inline constexpr std::array<std::string_view, 6> kJwtRulesKeys = {
    "algorithms", "secret", "keys", "issuer", "audience", "leeway"};
inline constexpr std::array<std::string_view, 3> kJwtMintKeys = {"algorithm", "secret", "lifetime"};
inline constexpr std::array<std::string_view, 6> kIdentityKeys = {"id",      "email",  "method",
                                                                  "session", "claims", "roles"};

}  // namespace gatehouse::policy
