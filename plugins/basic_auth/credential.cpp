#include "credential.h"

#include <array>
#include <gatehouse/negotiation.hpp>

namespace basic_auth {
namespace {

// Base64 of RFC 4648 4, padded or not; each text is that of one credential.
std::optional<std::string> decoded(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t whole = text.size();
  while (text.ends_with('=')) text.remove_suffix(1);
  if (whole - text.size() > 2 || (whole != text.size() && whole % 4 != 0)) return std::nullopt;
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return out;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

Reading read_credential(std::string_view authorization, Credential& out) {
  const std::size_t space = authorization.find(' ');
  if (!gatehouse::detail::same_word(authorization.substr(0, space), "Basic"))
    return Reading::absent;
  if (space == std::string_view::npos) return Reading::malformed;
  const auto pair = decoded(gatehouse::detail::trimmed(authorization.substr(space)));
  if (!pair || has_control(*pair)) return Reading::malformed;
  const std::size_t colon = pair->find(':');
  if (colon == std::string::npos) return Reading::malformed;
  out.name = pair->substr(0, colon);
  out.password = pair->substr(colon + 1);
  return Reading::good;
}

}  // namespace basic_auth
