// Deadlines for many connections: arming is a store, firing is coarse (1 ms late at most),
// cancelling is free.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>

#include "base/clock.h"
#include "base/list.h"

namespace gatehouse::event {

class Loop;
class Timers;

// A deadline with a callback.  Moving it later or cancelling it only stores the new time: the wheel
// notices when it comes by.  A connection that is busy thus never touches its neighbours' cache
// lines.
class Timer : public ListLink<Timer> {
 public:
  using Fire = void (*)(Timer&);
  explicit Timer(Fire fire) noexcept : fire_(fire) {}

  [[nodiscard]] bool armed() const noexcept { return deadline_.us != kNever; }
  [[nodiscard]] Instant deadline() const noexcept { return deadline_; }
  void cancel() noexcept { deadline_.us = kNever; }

 private:
  friend class Timers;
  static constexpr std::int64_t kNever = INT64_MAX;
  Fire fire_;
  Instant deadline_{kNever};
  std::int64_t wheel_tick_ = 0;  // where it hangs, while linked
};

// Two wheels: 256 slots of 1 ms, 256 slots of 262 ms; later deadlines wait in the last slot and are
// put in again. Thread: the loop's.  Owns nothing.
class Timers {
 public:
  explicit Timers(Loop& loop) noexcept : loop_(loop) {}

  // Fires once at `deadline` or up to 1 ms later, unless cancelled or armed anew before.  O(1).
  void arm(Timer& timer, Instant deadline);
  // `after` from the time of this turn; zero or less disarms (a timeout of 0 means none).
  void arm(Timer& timer, Micros after);

 private:
  friend class Loop;
  static constexpr std::int64_t kTickUs = 1024;
  static constexpr std::int64_t kSlots = 256;
  using Slots = std::array<List<Timer, Timer>, kSlots>;

  void put(Timer& timer);
  void advance(Instant now);
  void fire_slot(List<Timer, Timer>& slot, Instant now);
  [[nodiscard]] std::int64_t next_tick() const;

  Loop& loop_;
  std::int64_t tick_ = -1;  // the last one handled; -1 before the first
  Slots near_;
  Slots far_;
  std::bitset<kSlots> near_used_;
  std::bitset<kSlots> far_used_;
};

}  // namespace gatehouse::event
