// Replies of a Redis as they go over the wire (RESP 2), and its words taken apart.
#pragma once

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/ascii.h"

namespace gatehouse::rehearsal {

// A command that the server refuses; what it says.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[nodiscard]] inline std::int64_t number_of(std::string_view text) {
  std::int64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size())
    throw Refused("ERR value is not an integer or out of range");
  return out;
}

[[nodiscard]] inline std::string lower(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = ascii::lower(c);
  return out;
}

inline constexpr char kNil[] = "$-1\r\n";
inline constexpr char kOk[] = "+OK\r\n";

[[nodiscard]] inline std::string integer(std::int64_t value) {
  return ':' + std::to_string(value) + "\r\n";
}
[[nodiscard]] inline std::string text(std::string_view value) {
  return '$' + std::to_string(value.size()) + "\r\n" + std::string(value) + "\r\n";
}
template <typename Items>
[[nodiscard]] std::string list(const Items& items) {
  std::string out = '*' + std::to_string(items.size()) + "\r\n";
  for (const auto& item : items) out += text(item);
  return out;
}

}  // namespace gatehouse::rehearsal
