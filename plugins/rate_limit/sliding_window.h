// The arithmetic of a limit: so many in a window that moves along, of which two counts are kept, as
// if the requests of the window before had come evenly.
#pragma once

#include <bit>
#include <cstdint>

#include "decision.h"

namespace rate_limit {

// At most `most` in `period`, and never more than most * t / period + most in any time t.  Times in
// nanoseconds on a clock that never goes back.
struct SlidingWindow {
  // Counts times microseconds of a day fit in 63 bits, and two counts beside the number of a second
  // for 17 years.
  static constexpr std::uint64_t kMost = 100'000;

  std::int64_t period = 0;  // microseconds
  std::int64_t most = 0;
  int bits = 0;  // of a count

  static SlidingWindow of(std::uint64_t most, std::int64_t period_ns) {
    return {period_ns / kMicro, static_cast<std::int64_t>(most),
            static_cast<int>(std::bit_width(most))};
  }

  // A state is the number of a window, the count of the window before it, and its own.
  [[nodiscard]] Decision decide(std::int64_t state, std::int64_t now) const {
    const Counts counts = at(state, now);
    Decision out;
    out.admitted = counts.before * counts.left <= (most - counts.here - 1) * period;
    Counts after = counts;
    if (out.admitted) ++after.here;
    out.next = out.admitted ? pack(after) : state;
    out.retry_after = out.admitted ? 0 : wait(counts) * kMicro;
    const std::int64_t free = most * period - after.before * after.left - after.here * period;
    out.remaining = free <= 0 ? 0 : static_cast<std::uint64_t>(free / period);
    const std::int64_t until = after.here != 0     ? after.left + period
                               : after.before != 0 ? after.left
                                                   : 0;
    out.reset = until * kMicro;
    return out;
  }
  [[nodiscard]] std::int64_t charge(std::int64_t state, std::int64_t now) const {
    Counts counts = at(state, now);
    if (counts.here < most) ++counts.here;
    return pack(counts);
  }
  [[nodiscard]] std::int64_t passed(std::int64_t now) const {
    const std::int64_t window = now / kMicro / period;
    return window < 2 ? 0 : ((window - 1) << (2 * bits)) - 1;
  }
  [[nodiscard]] std::int64_t memory() const { return 2 * period * kMicro; }

 private:
  static constexpr std::int64_t kMicro = 1000;
  struct Counts {
    std::int64_t window, before, here;
    std::int64_t left;  // of the window
  };

  // Another worker's clock may be a little ahead of ours.
  [[nodiscard]] Counts at(std::int64_t state, std::int64_t now) const {
    const std::int64_t mask = (std::int64_t{1} << bits) - 1;
    const std::int64_t window = state >> (2 * bits);
    const std::int64_t before = (state >> bits) & mask;
    const std::int64_t here = state & mask;
    const std::int64_t us = now / kMicro;
    const std::int64_t ours = us / period;
    if (window > ours) return {window, before, here, period};
    const std::int64_t left = period - us % period;
    if (window == ours) return {ours, before, here, left};
    return {ours, window == ours - 1 ? here : 0, 0, left};
  }
  [[nodiscard]] std::int64_t pack(const Counts& counts) const {
    return (counts.window << (2 * bits)) | (counts.before << bits) | counts.here;
  }
  // Until one more is admitted.
  [[nodiscard]] std::int64_t wait(const Counts& counts) const {
    if (counts.here < most) return counts.left - (most - 1 - counts.here) * period / counts.before;
    return counts.left + period - (most - 1) * period / most;
  }
};

}  // namespace rate_limit
