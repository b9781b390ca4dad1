// Characters of UTF-8 text (RFC 3629).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gatehouse::config::utf8 {

struct Character {
  char32_t code = 0;
  std::size_t length = 1;  // in bytes; 1 for a byte that begins no character
  bool good = false;
};

// The character at a place inside `text`: no overlong form, no surrogate, nothing above U+10FFFF.
[[nodiscard]] inline Character decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return {};
  char32_t code = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fU);
  }
  constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {code, length, true};
}

// How many characters begin in these bytes.
[[nodiscard]] inline std::uint32_t count(std::string_view text) {
  std::uint32_t n = 0;
  for (char c : text) n += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return n;
}

}  // namespace gatehouse::config::utf8
