#include "observe/escape.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace gatehouse::observe {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr char kUpperHex[] = "0123456789ABCDEF";

constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> t{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) t[c] = c != '"' && c != '\\';
  return t;
}();
bool is_plain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

// Whether all eight bytes are plain; tests each byte of the word at once (the classic zero-byte
// trick).
bool all_plain(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kTops = 0x8080808080808080ULL;
  const auto zero = [](std::uint64_t w) { return (w - kOnes) & ~w; };
  const std::uint64_t bad = word | ((word - kOnes * 0x20) & ~word) | zero(word ^ (kOnes * '"')) |
                            zero(word ^ (kOnes * '\\')) | zero(word ^ (kOnes * 0x7f));
  return (bad & kTops) == 0;
}

char* write_unicode_escape(char* out, unsigned code) {
  *out++ = '\\';
  *out++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *out++ = kHex[code >> shift & 15U];
  return out;
}

struct Sequence {
  std::size_t length;  // 0: not UTF-8
  unsigned code;
};

// The sequence of two to four bytes at the start of `text` (RFC 3629 4).
Sequence decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  const std::size_t length = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return {0, 0};
  unsigned code = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {0, 0};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (overlong || surrogate || code > 0x10FFFF) return {0, 0};
  return {length, code};
}

char* write_multibyte(char* out, std::string_view text, std::size_t& i) {
  const Sequence s = decode(text.substr(i));
  if (s.length == 0) {
    ++i;
    return write_unicode_escape(out, 0xFFFD);
  }
  if (s.code < 0xA0 || s.code == 0x2028 || s.code == 0x2029) {
    out = write_unicode_escape(out, s.code);
  } else {
    std::memcpy(out, text.data() + i, s.length);
    out += s.length;
  }
  i += s.length;
  return out;
}

char* write_ascii(char* out, char c) {
  char letter = 0;
  switch (c) {
    case '"':
      letter = '"';
      break;
    case '\\':
      letter = '\\';
      break;
    case '\n':
      letter = 'n';
      break;
    case '\r':
      letter = 'r';
      break;
    case '\t':
      letter = 't';
      break;
    default:
      return write_unicode_escape(out, static_cast<unsigned char>(c));
  }
  *out++ = '\\';
  *out++ = letter;
  return out;
}

}  // namespace

char* write_json_text(char* out, std::string_view text) noexcept {
  std::size_t i = 0;
  while (i < text.size()) {
    while (text.size() - i >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, text.data() + i, 8);
      if (!all_plain(word)) break;
      std::memcpy(out, &word, 8);
      out += 8;
      i += 8;
    }
    // Up to eight bytes one by one, then words again.
    const std::size_t stop = text.size() - i < 8 ? text.size() : i + 8;
    while (i < stop) {
      const char c = text[i];
      if (is_plain(c)) {
        *out++ = c;
        ++i;
      } else if ((static_cast<unsigned char>(c) & 0x80) != 0) {
        out = write_multibyte(out, text, i);
      } else {
        out = write_ascii(out, c);
        ++i;
      }
    }
  }
  return out;
}

void append_json_text(std::string& out, std::string_view text) {
  const std::size_t before = out.size();
  out.resize(before + kEscapeGrowth * text.size());
  char* end = write_json_text(out.data() + before, text);
  out.resize(static_cast<std::size_t>(end - out.data()));
}

char* write_hex_text(char* out, std::string_view text, std::string_view prefix,
                     bool keep_space) noexcept {
  for (const char c : text) {
    if (is_plain(c) && (c != ' ' || keep_space)) {
      *out++ = c;
      continue;
    }
    std::memcpy(out, prefix.data(), prefix.size());
    out += prefix.size();
    *out++ = kUpperHex[static_cast<unsigned char>(c) >> 4];
    *out++ = kUpperHex[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

}  // namespace gatehouse::observe
