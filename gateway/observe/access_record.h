// What is known about an exchange when it ends: one record, one line of the access log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/reason.h"

namespace gatehouse::observe {

enum class AccessType : std::uint8_t { http, https, h2, grpcs, ws, wss };
enum class HttpVersion : std::uint8_t { unknown, http_1_0, http_1_1, http_2 };

[[nodiscard]] constexpr std::string_view word(AccessType type) {
  constexpr std::string_view kWords[] = {"http", "https", "h2", "grpcs", "ws", "wss"};
  return kWords[static_cast<std::size_t>(type)];
}
[[nodiscard]] constexpr std::string_view word(HttpVersion version) {
  constexpr std::string_view kWords[] = {"-", "HTTP/1.0", "HTTP/1.1", "HTTP/2.0"};
  return kWords[static_cast<std::size_t>(version)];
}

// The part of fixed size.  Each member starts as absent (access_field.def).
struct AccessNumbers {
#define ACCESS_NUMBER(word, type, absent, meaning) type word = absent;
#define ACCESS_COUNT(word, type, meaning) type word = 0;
#define ACCESS_TIME(word, meaning) std::int64_t word = 0;
#define ACCESS_WORD(word, type, meaning) type word{};
#include "observe/access_field.def"
};

struct AccessTexts {
#define ACCESS_TEXT(word, longest, meaning) std::string_view word;
#include "observe/access_field.def"
};

enum class AccessText : std::uint8_t {
#define ACCESS_TEXT(word, longest, meaning) word,
#include "observe/access_field.def"
  count
};
inline constexpr std::size_t kAccessTexts = static_cast<std::size_t>(AccessText::count);
static_assert(kAccessTexts <= 32, "`cut` has a bit for each");

// The longest value kept of each text, in bytes.
inline constexpr std::array<std::uint16_t, kAccessTexts> kAccessLongest = {
#define ACCESS_TEXT(word, longest, meaning) longest,
#include "observe/access_field.def"
};

// Filled by a worker at the end of an exchange; the texts are views that must hold until the record
// was pushed.  Values need no escaping.
struct AccessRecord : AccessNumbers, AccessTexts {
  std::uint32_t cut = 0;  // bit i: the AccessText i was longer than kAccessLongest; set by the ring

  [[nodiscard]] bool is_cut(AccessText text) const {
    return (cut >> static_cast<unsigned>(text) & 1U) != 0;
  }
};

}  // namespace gatehouse::observe
