// A token's protected header: what it may say, and what it says of its key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crypto/jose/algorithm.h"
#include "crypto/jose/json.h"

namespace gatehouse::crypto::jose {

// A compact JWS, cut at its dots but decoded nowhere.
struct CompactJws {
  std::string_view header;
  std::string_view payload;
  std::string_view signature;
  std::string_view signed_text;  // header and payload with the dot between
};

// Cuts at most 8 KiB; a million dots cost no more.  Errors: too_large, not_three_parts, encrypted.
[[nodiscard]] std::optional<TokenFault> cut(std::string_view token, CompactJws& out);

// jwk, jku, x5u and x5c are not read: a token does not choose whom it is believed.
struct TokenHeader {
  Algorithm algorithm = Algorithm::HS256;
  std::string kid;  // "": it has none
};

// Reads one as base64url.  `type`: the typ that is accepted, as a media type (case does not count);
// a header without one is accepted too.  Errors: too_large, bad_base64, bad_json, duplicate_member,
// header_refused, type_refused, algorithm_refused, kid_refused.
[[nodiscard]] std::optional<TokenFault> read_header(std::string_view base64url,
                                                    std::string_view type, TokenHeader& out);

}  // namespace gatehouse::crypto::jose
