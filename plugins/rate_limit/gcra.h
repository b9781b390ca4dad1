// The arithmetic of a limit: the generic cell rate algorithm (ATM Forum TM 4.0), which is a token
// bucket that needs one number a key.
#pragma once

#include <algorithm>
#include <cstdint>

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

  struct Decision {
    bool admitted = false;
    std::int64_t next = 0;         // the theoretical arrival time to keep; unchanged if refused
    std::int64_t retry_after = 0;  // until a request would be admitted; 0 if this one was
    std::uint64_t remaining = 0;   // requests that would be admitted at once, after this one
    std::int64_t reset = 0;        // until all of the burst is there again
  };
  // `arrival`: what was kept; 0, or a time that has passed, is a key that nobody has used.
  [[nodiscard]] Decision decide(std::int64_t arrival, std::int64_t now) const {
    const std::int64_t from = std::max(arrival, now);
    Decision out;
    out.admitted = from - now <= tolerance;
    out.next = out.admitted ? from + interval : arrival;
    out.retry_after = out.admitted ? 0 : from - now - tolerance;
    const std::int64_t ahead = std::max<std::int64_t>(out.next - now, 0);
    out.reset = ahead;
    if (ahead <= tolerance)
      out.remaining = static_cast<std::uint64_t>((tolerance - ahead) / interval) + 1;
    return out;
  }
};

}  // namespace rate_limit
