#include "policy/pattern.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.h"

namespace gatehouse::policy {
namespace {

// The classes that a letter names, a bit each.
constexpr std::string_view kLetters = "acdlpsuwxz";

constexpr bool is_in(unsigned char u, char letter) {
  const auto c = static_cast<char>(u);
  const bool printable = u > 0x20 && u < 0x7f;
  switch (letter) {
    case 'a':
      return ascii::is_alpha(c);
    case 'c':
      return u < 0x20 || u == 0x7f;
    case 'd':
      return ascii::is_digit(c);
    case 'l':
      return c >= 'a' && c <= 'z';
    case 'p':
      return printable && !ascii::is_alpha(c) && !ascii::is_digit(c);
    case 's':
      return c == ' ' || (u >= 9 && u <= 13);
    case 'u':
      return c >= 'A' && c <= 'Z';
    case 'w':
      return ascii::is_alpha(c) || ascii::is_digit(c);
    case 'x':
      return ascii::is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
    default:
      return u == 0;  // z
  }
}

constexpr std::array<std::uint16_t, 256> kClassesOf = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned u = 0; u < 256; ++u) {
    for (std::size_t i = 0; i < kLetters.size(); ++i) {
      if (is_in(static_cast<unsigned char>(u), kLetters[i]))
        table[u] = static_cast<std::uint16_t>(table[u] | 1U << i);
    }
  }
  return table;
}();

// By letter; 0: it names none and stands for itself.
constexpr std::array<std::uint16_t, 256> kClassNamed = [] {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t i = 0; i < kLetters.size(); ++i) {
    const auto lower = static_cast<unsigned char>(kLetters[i]);
    table[lower] = table[lower - 0x20U] = static_cast<std::uint16_t>(1U << i);
  }
  return table;
}();

bool is_letter_class(char c, char letter) {
  const std::uint16_t named = kClassNamed[static_cast<unsigned char>(letter)];
  if (named == 0) return c == letter;
  const bool negated = letter >= 'A' && letter <= 'Z';
  return ((kClassesOf[static_cast<unsigned char>(c)] & named) != 0) != negated;
}

}  // namespace

bool Pattern::step() {
  if (*fault_ != '\0') return false;
  if (++steps_ < kReport) return true;
  const bool more = count_(user_, steps_);
  steps_ = 0;
  if (!more) fail("stopped");
  return more;
}

const char* Pattern::match(const char* at, const char* pattern) {
  level_ = depth_ = 0;
  const char* out = run(at, pattern);
  for (int i = 0; out != nullptr && i < level_; ++i) {
    if (capture(i).size == kOpen) return fail("unfinished capture");
  }
  return out;
}

// Behind the single-character class that begins at `pattern`.
const char* Pattern::behind_class(const char* pattern) {
  const char first = *pattern++;
  if (first == '%') {
    if (pattern == end_) return fail("malformed pattern (ends with '%')");
    return pattern + 1;
  }
  if (first != '[') return pattern;
  if (pattern != end_ && *pattern == '^') ++pattern;
  do {  // a ']' that comes first is itself
    if (pattern == end_) return fail("malformed pattern (missing ']')");
    if (*pattern++ == '%' && pattern != end_) ++pattern;
  } while (pattern == end_ || *pattern != ']');
  return pattern + 1;
}

// `set` is at its '[', `last` at its ']'.
bool Pattern::in_set(char c, const char* set, const char* last) const {
  bool wanted = true;
  if (set[1] == '^') {
    wanted = false;
    ++set;
  }
  while (++set < last) {
    if (*set == '%') {
      if (is_letter_class(c, *++set)) return wanted;
    } else if (set[1] == '-' && set + 2 < last) {
      const auto u = static_cast<unsigned char>(c);
      if (static_cast<unsigned char>(set[0]) <= u && u <= static_cast<unsigned char>(set[2]))
        return wanted;
      set += 2;
    } else if (*set == c) {
      return wanted;
    }
  }
  return !wanted;
}

bool Pattern::in_class(char c, const char* pattern, const char* behind) const {
  switch (*pattern) {
    case '.':
      return true;
    case '%':
      return is_letter_class(c, pattern[1]);
    case '[':
      return in_set(c, pattern, behind - 1);
    default:
      return *pattern == c;
  }
}

// The first of the characters from `at` to `end` that is not in the class.
const char* Pattern::end_of_class(const char* at, const char* end, const char* pattern,
                                  const char* behind) const {
  const char letter = *pattern == '%' ? pattern[1] : '\0';
  if (const std::uint16_t named = kClassNamed[static_cast<unsigned char>(letter)]; named != 0) {
    const bool wanted = letter >= 'a';
    while (at != end && ((kClassesOf[static_cast<unsigned char>(*at)] & named) != 0) == wanted)
      ++at;
    return at;
  }
  while (at != end && in_class(*at, pattern, behind)) ++at;
  return at;
}

bool Pattern::at_frontier(const char* at, const char* set, const char* behind) const {
  const char before = at == subject_begin_ ? '\0' : at[-1];
  const char here = at == subject_end_ ? '\0' : *at;
  return !in_set(before, set, behind - 1) && in_set(here, set, behind - 1);
}

const char* Pattern::run(const char* at, const char* pattern) {
  if (++depth_ > kMostDepth) return fail("pattern too complex");
  const char* out = nullptr;
  for (;;) {
    if (!step()) break;
    if (pattern == end_) {
      out = at;
      break;
    }
    const bool more = pattern + 1 != end_;
    if (*pattern == '(') {
      out = more && pattern[1] == ')' ? open(at, pattern + 2, kPosition)
                                      : open(at, pattern + 1, kOpen);
      break;
    }
    if (*pattern == ')') {
      out = close(at, pattern + 1);
      break;
    }
    if (*pattern == '$' && !more) {
      out = at == subject_end_ ? at : nullptr;
      break;
    }
    if (*pattern == '%' && more && pattern[1] == 'b') {
      at = balanced(at, pattern + 2);
      pattern += 4;
      if (at == nullptr) break;
      continue;
    }
    if (*pattern == '%' && more && pattern[1] == 'f') {
      pattern += 2;
      if (pattern == end_ || *pattern != '[') {
        fail("missing '[' after '%f' in pattern");
        break;
      }
      const char* behind = behind_class(pattern);
      if (behind == nullptr || !at_frontier(at, pattern, behind)) break;
      pattern = behind;
      continue;
    }
    if (*pattern == '%' && more && ascii::is_digit(pattern[1])) {
      at = again(at, pattern[1]);
      pattern += 2;
      if (at == nullptr) break;
      continue;
    }
    const char* behind = behind_class(pattern);
    if (behind == nullptr) break;
    const char suffix = behind == end_ ? '\0' : *behind;
    if (suffix == '*' || suffix == '+' || suffix == '-' || suffix == '?') {
      out = run_class(at, pattern, behind);
      break;
    }
    if (at == subject_end_ || !in_class(*at, pattern, behind)) break;
    ++at;
    pattern = behind;
  }
  --depth_;
  return out;
}

// A class with a suffix, at `behind`.
const char* Pattern::run_class(const char* at, const char* pattern, const char* behind) {
  const bool here = at != subject_end_ && in_class(*at, pattern, behind);
  switch (*behind) {
    case '*':
      return most(at, pattern, behind);
    case '+':
      return here ? most(at + 1, pattern, behind) : nullptr;
    case '-':
      return least(at, pattern, behind);
    default:
      break;
  }
  if (here) {
    if (const char* out = run(at + 1, behind + 1)) return out;
  }
  return run(at, behind + 1);
}

const char* Pattern::most(const char* at, const char* pattern, const char* behind) {
  const char* far = at;
  do {
    const std::ptrdiff_t room = std::min<std::ptrdiff_t>(subject_end_ - far, kReport);
    const char* const here = far;
    far = end_of_class(here, here + room, pattern, behind);
    steps_ += static_cast<std::uint32_t>(far - here);
    if (!step()) return nullptr;
    if (far != here + room) break;
  } while (far != subject_end_);
  for (;; --far) {
    if (const char* out = run(far, behind + 1)) return out;
    if (far == at || *fault_ != '\0') return nullptr;
  }
}

const char* Pattern::least(const char* at, const char* pattern, const char* behind) {
  for (;; ++at) {
    if (const char* out = run(at, behind + 1)) return out;
    if (*fault_ != '\0' || at == subject_end_ || !in_class(*at, pattern, behind)) return nullptr;
  }
}

const char* Pattern::open(const char* at, const char* pattern, std::ptrdiff_t what) {
  if (level_ == kMostCaptures) return fail("too many captures");
  captures_[static_cast<std::size_t>(level_++)] = {at, what};
  const char* out = run(at, pattern);
  if (out == nullptr) --level_;
  return out;
}

const char* Pattern::close(const char* at, const char* pattern) {
  int last = level_ - 1;
  while (last >= 0 && capture(last).size != kOpen) --last;
  if (last < 0) return fail("invalid pattern capture");
  auto& closing = captures_[static_cast<std::size_t>(last)];
  closing.size = at - closing.start;
  const char* out = run(at, pattern);
  if (out == nullptr) closing.size = kOpen;
  return out;
}

// `pattern` is behind "%b".
const char* Pattern::balanced(const char* at, const char* pattern) {
  if (end_ - pattern < 2) return fail("unbalanced pattern");
  if (at == subject_end_ || *at != pattern[0]) return nullptr;
  int depth = 1;
  for (++at; at != subject_end_ && step(); ++at) {
    if (*at == pattern[1]) {
      if (--depth == 0) return at + 1;
    } else if (*at == pattern[0]) {
      ++depth;
    }
  }
  return nullptr;
}

const char* Pattern::again(const char* at, char digit) {
  const int which = digit - '1';
  if (which < 0 || which >= level_ || capture(which).size == kOpen)
    return fail("invalid capture index");
  if (capture(which).size == kPosition) return nullptr;  // it has no text
  const auto size = static_cast<std::size_t>(capture(which).size);
  steps_ += static_cast<std::uint32_t>(std::min<std::size_t>(size / 16, kReport));
  if (static_cast<std::size_t>(subject_end_ - at) < size ||
      std::memcmp(capture(which).start, at, size) != 0)
    return nullptr;
  return at + size;
}

}  // namespace gatehouse::policy
