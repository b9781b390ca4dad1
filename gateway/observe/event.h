// What the operator is told; the rows are in event.def.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gatehouse::observe {

enum class Level : std::uint8_t { debug, info, warning, error };

enum class Event : std::uint8_t {
#define EVENT(word, level, fields, sentence) word,
#include "observe/event.def"
#undef EVENT
};

struct EventRow {
  std::string_view word;
  Level level;
  std::string_view fields;  // separated by spaces
  std::string_view sentence;
};

inline constexpr EventRow kEvents[] = {
#define EVENT(word, level, fields, sentence) {#word, Level::level, fields, sentence},
#include "observe/event.def"
#undef EVENT
};
inline constexpr std::size_t kEventCount = sizeof kEvents / sizeof kEvents[0];

[[nodiscard]] constexpr const EventRow& row(Event event) {
  return kEvents[static_cast<std::size_t>(event)];
}
[[nodiscard]] constexpr std::string_view word(Level level) {
  constexpr std::string_view kWords[] = {"debug", "info", "warning", "error"};
  return kWords[static_cast<std::size_t>(level)];
}

}  // namespace gatehouse::observe
