// ASCII as HTTP needs it: never the locale's idea of a letter.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace gatehouse::ascii {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

// 0-15, or -1 for what is no hexadecimal digit.
constexpr int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// The `tchar` of RFC 9110 5.6.2: what a method or a field name may consist of.
inline constexpr std::array<bool, 256> kTokenChar = [] {
  std::array<bool, 256> t{};
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) t[static_cast<unsigned char>(c)] = true;
  for (int c = 0; c < 128; ++c) {
    const char ch = static_cast<char>(c);
    if (is_digit(ch) || is_alpha(ch)) t[static_cast<std::size_t>(c)] = true;
  }
  return t;
}();
constexpr bool is_token_char(char c) { return kTokenChar[static_cast<unsigned char>(c)]; }
constexpr bool is_token(std::string_view s) {
  bool good = !s.empty();  // no early end: what is asked nearly always is one
  for (char c : s) good &= is_token_char(c);
  return good;
}

// Capital letters of eight bytes made small, the others left.
constexpr std::uint64_t lower_eight(std::uint64_t bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t seven = bytes & 0x7f * kEach;
  const std::uint64_t from_a = seven + (0x80 - 'A') * kEach;
  const std::uint64_t behind_z = seven + (0x7f - 'Z') * kEach;
  return bytes | (((from_a ^ behind_z) & ~bytes & 0x80 * kEach) >> 2);
}

// Makes the capital letters of a text small where it stands.
inline void make_lower(std::span<char> text) {
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, &text[at], sizeof word);
    word = lower_eight(word);
    std::memcpy(&text[at], &word, sizeof word);
  }
  for (char& c : text.subspan(at)) c = lower(c);
}

// Equal but for the case of ASCII letters.
constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (!std::is_constant_evaluated() && a.size() >= 8) {
    const auto alike = [&](std::size_t at) {
      std::uint64_t x = 0;
      std::uint64_t y = 0;
      std::memcpy(&x, a.data() + at, sizeof x);
      std::memcpy(&y, b.data() + at, sizeof y);
      return lower_eight(x) == lower_eight(y);
    };
    for (std::size_t at = 0; at + 8 < a.size(); at += 8) {
      if (!alike(at)) return false;
    }
    return alike(a.size() - 8);
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

constexpr std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

}  // namespace gatehouse::ascii
