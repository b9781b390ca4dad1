// Time, injected.  Timers and durations use `monotonic`; logs and dates use `wall`.
#pragma once

#include <chrono>
#include <cstdint>

namespace gatehouse {

using Millis = std::chrono::milliseconds;
using Micros = std::chrono::microseconds;

// A point on the monotonic clock, microseconds since an arbitrary start.
struct Instant {
  std::int64_t us = 0;
  constexpr auto operator<=>(const Instant&) const = default;
};
constexpr Instant operator+(Instant t, Micros d) { return Instant{t.us + d.count()}; }
constexpr Micros operator-(Instant a, Instant b) { return Micros{a.us - b.us}; }

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant monotonic() const = 0;
  // Microseconds since 1970-01-01 UTC.
  [[nodiscard]] virtual std::int64_t wall_us() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant monotonic() const override;
  [[nodiscard]] std::int64_t wall_us() const override;
};

// Moves only when told to.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] Instant monotonic() const override { return now_; }
  [[nodiscard]] std::int64_t wall_us() const override { return wall_; }
  void advance(Micros by) {
    now_ = now_ + by;
    wall_ += by.count();
  }
  void set_wall(std::int64_t us) { wall_ = us; }

 private:
  Instant now_{1'000'000};
  std::int64_t wall_ = 1'700'000'000'000'000;
};

}  // namespace gatehouse
