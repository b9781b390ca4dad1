// The operator's log: one line per event, to standard error.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "base/clock.h"
#include "observe/event.h"

namespace gatehouse::observe {

// A field of an event; its name is one that the row of event.def lists.
struct LogField {
  using Value = std::variant<std::int64_t, std::uint64_t, bool, std::string_view>;

  template <typename T>
  LogField(std::string_view field_name, const T& field_value)
      : name(field_name), value(widen(field_value)) {}

  std::string_view name;
  Value value;

 private:
  template <typename T>
  static Value widen(const T& v) {
    if constexpr (std::is_same_v<T, bool>)
      return v;
    else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>)
      return static_cast<std::int64_t>(v);
    else if constexpr (std::is_integral_v<T>)
      return static_cast<std::uint64_t>(v);
    else
      return std::string_view(v);
  }
};
using LogFields = std::initializer_list<LogField>;

enum class LogStyle : std::uint8_t { json, text };

// Writes an event as a JSON object {"time","level","event",FIELDS…,"message"} in a line of at most
// PIPE_BUF bytes (so lines of several processes never mix), or as readable text.  At most one line
// a second per event: the last line that was held back appears when its second is over, with
// `suppressed`, the number of lines that never will. A line that the output does not take at once
// waits, with up to 64 KiB of others; what finds no room is counted.
// Thread: any; takes a short lock.  Never waits for the output.  Owns nothing of `fd`.
class Log {
 public:
  // JSON, or text if `fd` is a terminal.
  explicit Log(int fd, const Clock& clock);
  Log(int fd, const Clock& clock, LogStyle style) : fd_(fd), clock_(clock), style_(style) {}

  void write(Event event, LogFields fields = {});
  // Prints lines held back whose second is over and those that wait for the output.  To be called
  // about once a second.
  void tick();
  // From now on each event's sentence goes there, and nothing is printed.  Called under the lock.
  void divert(std::function<void(Event, std::string sentence)> to);
  // Prints all that was held back, waiting up to `within` for the output.  At the end of the
  // process.
  void flush(Millis within);

  // Lines that found no room.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Recent {
    std::int64_t printed_us = 0;  // 0: never
    std::uint64_t suppressed = 0;
    std::string held;  // the last line held back, unfinished
  };

  [[nodiscard]] std::string line(Event event, LogFields fields) const;
  [[nodiscard]] std::string finished(std::string line, std::uint64_t suppressed) const;
  void print_held(Recent& recent, std::int64_t now);
  void print(std::string line);
  void drain(int wait_milliseconds);

  const int fd_;
  const Clock& clock_;
  const LogStyle style_;
  mutable std::mutex mutex_;
  std::array<Recent, kEventCount> recent_;
  std::string waiting_;
  std::uint64_t dropped_ = 0;
  std::function<void(Event, std::string)> diverted_;
};

// The process's log on standard error.
[[nodiscard]] Log& log();

// From now on what GH_BUG reports becomes the event `bug` of that log.
void log_bugs() noexcept;

}  // namespace gatehouse::observe
