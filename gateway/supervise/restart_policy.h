// When a serving process that died is started again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace gatehouse::supervise {

// At once the first time, later and later while it keeps dying soon; never again after
// `kMostDeaths` in a row before it served.  Pure.
class RestartPolicy {
 public:
  static constexpr std::uint32_t kMostDeaths = 5;
  static constexpr Millis kFirstDelay{50};
  static constexpr Millis kLongestDelay{1000};
  static constexpr Millis kSoon{5000};  // a process that served for longer was well

  // How long to wait before the next start.  Nothing: give up.  `served` is the time since it was
  // ready, nothing if it never was.
  [[nodiscard]] std::optional<Millis> after_death(std::optional<Micros> served) {
    if (served && *served >= kSoon) in_a_row_ = 0;
    unready_ = served ? 0 : unready_ + 1;
    if (unready_ >= kMostDeaths) return std::nullopt;
    if (in_a_row_++ == 0) return Millis{0};
    return std::min(kFirstDelay * (1U << std::min(in_a_row_ - 2, 10U)), kLongestDelay);
  }
  // How many died in a row before they served.
  [[nodiscard]] std::uint32_t unready_deaths() const { return unready_; }

 private:
  std::uint32_t in_a_row_ = 0;  // deaths, each soon after the start
  std::uint32_t unready_ = 0;   // of these the last ones, before it served
};

}  // namespace gatehouse::supervise
