#include "event/loop.h"

#include <event2/event.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/check.h"

namespace gatehouse::event {

Loop::Loop(const Clock& clock) : clock_(clock), base_(nullptr), timers_(*this) {
  event_config* config = event_config_new();
  GH_CHECK(config != nullptr);
  // One thread only: no locks; the environment must not choose the back end.  The base has no
  // timers of its own, so that it never looks at a clock.
  event_config_set_flag(
      config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV | EVENT_BASE_FLAG_NO_CACHE_TIME);
  base_ = event_base_new_with_config(config);
  event_config_free(config);
  GH_CHECK(base_ != nullptr);
  tick_fd_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  GH_CHECK(tick_fd_ >= 0);
  tick_ = event_new(base_, tick_fd_, EV_READ | EV_PERSIST, &Loop::on_tick, this);
  GH_CHECK(tick_ != nullptr && event_add(tick_, nullptr) == 0);
}

Loop::~Loop() {
  event_free(tick_);
  ::close(tick_fd_);
  event_base_free(base_);
}

void Loop::read_clock() {
  now_ = clock_.monotonic();
  now_valid_ = true;
  if (now_ < wall_until_) return;
  wall_offset_us_ = clock_.wall_us() - now_.us;
  wall_until_ = now_ + kWallFresh;
}

void Loop::run(const std::function<void()>& after_turn) {
  stopped_ = false;
  while (!stopped_) {
    turn(true);
    if (after_turn) after_turn();
  }
}

void Loop::turn(bool block) {
  now_valid_ = false;
  ++turns_;
  event_base_loop(base_, EVLOOP_ONCE | (block ? 0 : EVLOOP_NONBLOCK));
  run_deferred();
}

void Loop::run_deferred() {
  while (Deferred* work = deferred_.pop_front()) work->run_deferred();
}

void Loop::wake_at(Instant when) {
  if (when >= tick_at_) return;
  tick_at_ = when;
  set_tick(std::max(when - now(), Micros(1)));
}

void Loop::set_tick(Micros delay) {
  const auto us = delay.count();
  const itimerspec once{{0, 0}, {us / 1'000'000, us % 1'000'000 * 1000}};
  GH_CHECK(timerfd_settime(tick_fd_, 0, &once, nullptr) == 0);
}

void Loop::on_tick(int, short, void* self) { static_cast<Loop*>(self)->run_timers(); }

void Loop::run_timers() {
  tick_at_ = Instant{INT64_MAX};
  timers_.advance(now());
  const std::int64_t next = timers_.next_tick();
  if (next >= 0) return wake_at(Instant{next * Timers::kTickUs});
  set_tick(Micros(0));  // what has fired would stay readable
}

}  // namespace gatehouse::event
