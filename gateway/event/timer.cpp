#include "event/timer.h"

#include <algorithm>

#include "event/loop.h"

namespace gatehouse::event {
namespace {
// The tick at which a deadline has certainly passed.
constexpr std::int64_t tick_after(std::int64_t us, std::int64_t tick_us) {
  return (us + tick_us - 1) / tick_us;
}
}  // namespace

void Timers::arm(Timer& timer, Micros after) {
  if (after.count() <= 0) return timer.cancel();
  arm(timer, loop_.now() + after);
}

void Timers::arm(Timer& timer, Instant deadline) {
  timer.deadline_ = deadline;
  if (timer.linked() && timer.wheel_tick_ <= tick_after(deadline.us, kTickUs)) return;
  put(timer);
}

void Timers::put(Timer& timer) {
  if (tick_ < 0) tick_ = loop_.now().us / kTickUs;
  const std::int64_t wanted = std::max(tick_after(timer.deadline_.us, kTickUs), tick_ + 1);
  if (wanted - tick_ < kSlots) {
    timer.wheel_tick_ = wanted;
    near_[static_cast<std::size_t>(wanted % kSlots)].push_back(timer);
    near_used_.set(static_cast<std::size_t>(wanted % kSlots));
  } else {
    // In the far wheel a slot is handled at its first tick, before any of its deadlines.
    const std::int64_t far = std::min(wanted / kSlots, tick_ / kSlots + kSlots - 1);
    timer.wheel_tick_ = far * kSlots;
    far_[static_cast<std::size_t>(far % kSlots)].push_back(timer);
    far_used_.set(static_cast<std::size_t>(far % kSlots));
  }
  loop_.wake_at(Instant{timer.wheel_tick_ * kTickUs});
}

void Timers::fire_slot(List<Timer, Timer>& slot, Instant now) {
  // A fired timer may arm itself into this same slot one round later: take the list as it stands.
  List<Timer, Timer> due;
  while (Timer* timer = slot.pop_front()) due.push_back(*timer);
  while (Timer* timer = due.pop_front()) {
    if (!timer->armed()) continue;
    if (timer->deadline_ > now) {
      put(*timer);
      continue;
    }
    timer->cancel();
    timer->fire_(*timer);
  }
}

void Timers::advance(Instant now) {
  const std::int64_t until = now.us / kTickUs;
  if (tick_ < 0) tick_ = until;
  while (tick_ < until) {
    ++tick_;
    const auto near = static_cast<std::size_t>(tick_ % kSlots);
    if (near == 0) {
      const auto far = static_cast<std::size_t>(tick_ / kSlots % kSlots);
      if (far_used_.test(far)) {
        far_used_.reset(far);
        fire_slot(far_[far], now);
      }
    }
    if (near_used_.test(near)) {
      near_used_.reset(near);
      fire_slot(near_[near], now);
    }
    if (near_used_.none() && far_used_.none()) tick_ = until;
  }
}

std::int64_t Timers::next_tick() const {
  for (std::int64_t i = 1; i < kSlots && near_used_.any(); ++i) {
    if (near_used_.test(static_cast<std::size_t>((tick_ + i) % kSlots))) return tick_ + i;
  }
  for (std::int64_t i = 1; i <= kSlots && far_used_.any(); ++i) {
    const std::int64_t far = tick_ / kSlots + i;
    if (far_used_.test(static_cast<std::size_t>(far % kSlots))) return far * kSlots;
  }
  return -1;
}

}  // namespace gatehouse::event
