#include "control/legacy.h"

#include <charconv>

namespace gatehouse::control {

namespace {

// Reads a number and the character behind it.
template <typename Number>
bool take(std::string_view& text, Number& number) {
  const auto done = std::from_chars(text.data(), text.data() + text.size(), number);
  if (done.ec != std::errc{} || done.ptr == text.data() + text.size()) return false;
  text.remove_prefix(static_cast<std::size_t>(done.ptr - text.data()) + 1);
  return true;
}

}  // namespace

std::string Legacy::encode() const {
  return std::to_string(generation) + ' ' + std::to_string(wall_s) + ' ' +
         std::to_string(rolled_back_file) + '\n' + bytes;
}

std::optional<Legacy> Legacy::decode(std::string_view text) {
  Legacy legacy;
  if (!take(text, legacy.generation) || !take(text, legacy.wall_s) ||
      !take(text, legacy.rolled_back_file)) {
    return std::nullopt;
  }
  legacy.bytes = text;
  return legacy;
}

}  // namespace gatehouse::control
