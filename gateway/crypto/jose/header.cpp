#include "crypto/jose/header.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "crypto/base64.h"

namespace gatehouse::crypto::jose {
namespace {

constexpr std::size_t kLargestToken = 8 * 1024;
constexpr std::size_t kLargestHeader = 1024;
constexpr std::size_t kLongestKid = 256;

// crit: nothing is understood that it could name (RFC 7515 4.1.11).  b64: RFC 7797.  zip and enc
// belong to a JWE, of which a signed token must not look like one.
constexpr std::string_view kRefused[] = {"crit", "b64", "zip", "enc"};

std::optional<TokenFault> check_kid(const JsonNode& kid) {
  const bool visible =
      std::all_of(kid.text.begin(), kid.text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  const bool good = kid.type == JsonType::string && visible && !kid.text.empty() &&
                    kid.text.size() <= kLongestKid;
  return good ? std::nullopt : std::optional(TokenFault::kid_refused);
}

std::optional<TokenFault> check_types(const Json& json, std::string_view type) {
  for (const auto name : kRefused) {
    if (json.find(name) != nullptr) return TokenFault::header_refused;
  }
  if (const JsonNode* cty = json.find("cty")) {
    if (cty->type != JsonType::string) return TokenFault::header_refused;
    for (const std::string_view nested : {"JWT", "application/jwt"}) {
      if (ascii::equals_ignoring_case(cty->text, nested)) return TokenFault::header_refused;
    }
  }
  const JsonNode* typ = json.find("typ");
  if (typ == nullptr) return std::nullopt;
  if (typ->type != JsonType::string) return TokenFault::header_refused;
  std::string_view said = typ->text;
  constexpr std::string_view kApplication = "application/";  // RFC 7515 4.1.9
  if (ascii::equals_ignoring_case(said.substr(0, kApplication.size()), kApplication)) {
    said.remove_prefix(kApplication.size());
  }
  return ascii::equals_ignoring_case(said, type) ? std::nullopt
                                                 : std::optional(TokenFault::type_refused);
}

}  // namespace

std::optional<TokenFault> cut(std::string_view token, CompactJws& out) {
  if (token.size() > kLargestToken) return TokenFault::too_large;
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos) return TokenFault::not_three_parts;
  const std::size_t third = token.find('.', second + 1);
  if (third != token.npos) {
    const std::size_t fourth = token.find('.', third + 1);
    const bool five = fourth != token.npos && token.find('.', fourth + 1) == token.npos;
    return five ? TokenFault::encrypted : TokenFault::not_three_parts;
  }
  out.header = token.substr(0, first);
  out.payload = token.substr(first + 1, second - first - 1);
  out.signature = token.substr(second + 1);
  out.signed_text = token.substr(0, second);
  return std::nullopt;
}

std::optional<TokenFault> read_header(std::string_view base64url, std::string_view type,
                                      TokenHeader& out) {
  std::array<char, kLargestHeader + 1> bytes;
  if (base64url.size() > kLargestHeader * 4 / 3 + 1) return TokenFault::too_large;
  const auto size = from_base64url(base64url, bytes.data());
  if (!size) return TokenFault::bad_base64;
  if (*size > kLargestHeader) return TokenFault::too_large;
  Json json;
  if (const auto fault = json.read(bytes.data(), *size)) return fault;
  if (const auto fault = check_types(json, type)) return fault;
  const JsonNode* alg = json.find("alg");
  const auto algorithm =
      alg == nullptr || alg->type != JsonType::string ? std::nullopt : algorithm_of(alg->text);
  if (!algorithm) return TokenFault::algorithm_refused;
  out.algorithm = *algorithm;
  out.kid.clear();
  if (const JsonNode* kid = json.find("kid")) {
    if (const auto fault = check_kid(*kid)) return fault;
    out.kid = kid->text;
  }
  return std::nullopt;
}

}  // namespace gatehouse::crypto::jose
