// The arithmetic of a limit: the generic cell rate algorithm (ATM Forum TM 4.0), which is a token
// bucket that needs one number a key.
#pragma once

#include <algorithm>
#include <cstdint>

#include "decision.h"

namespace rate_limit {

// `rate` requests in `period`, at most `burst` at once.  Times in nanoseconds on a clock that never
// goes back.
struct Gcra {
  std::int64_t interval = 0;   // between two requests at the steady rate
  std::int64_t tolerance = 0;  // how far ahead of now the theoretical arrival may lie

  static Gcra of(std::uint64_t rate, std::int64_t period_ns, std::uint64_t burst) {
    Gcra out;
    // Rounded up: admitted <= rate * t + burst, never more.
    out.interval =
        (period_ns + static_cast<std::int64_t>(rate) - 1) / static_cast<std::int64_t>(rate);
    out.tolerance = out.interval * static_cast<std::int64_t>(burst - 1);
    return out;
  }

  // `arrival`: what was kept; 0, or a time that has passed, is a key that nobody has used.
  [[nodiscard]] Decision decide(std::int64_t arrival, std::int64_t now) const {
    const std::int64_t from = std::max(arrival, now);
    Decision out;
    out.admitted = from - now <= tolerance;
    out.next = out.admitted ? from + interval : within(from, now);
    out.retry_after = out.admitted ? 0 : out.next - now - tolerance;
    const std::int64_t ahead = std::max<std::int64_t>(out.next - now, 0);
    out.reset = ahead;
    if (ahead <= tolerance)
      out.remaining = static_cast<std::uint64_t>((tolerance - ahead) / interval) + 1;
    return out;
  }
  // One more request, whatever the limit says.
  [[nodiscard]] std::int64_t charge(std::int64_t arrival, std::int64_t now) const {
    return std::max(arrival, now) + interval;
  }
  // A state of at most this is one of a key that nobody has used.
  [[nodiscard]] static std::int64_t passed(std::int64_t now) { return now; }
  // The longest that a state matters.
  [[nodiscard]] std::int64_t memory() const { return tolerance + interval; }

 private:
  // A state that lies further ahead than this limit can bring it is from before a reload changed
  // the limit: of that, as much counts as the limit has.  Other workers' clocks may be a little
  // ahead of ours, and each may have charged it once more.
  [[nodiscard]] std::int64_t within(std::int64_t arrival, std::int64_t now) const {
    constexpr std::int64_t kLag = 10'000'000'000;
    constexpr std::int64_t kCharges = 8;
    const bool is_foreign = arrival - now > tolerance + kCharges * interval + kLag;
    return is_foreign ? now + memory() : arrival;
  }
};

}  // namespace rate_limit
