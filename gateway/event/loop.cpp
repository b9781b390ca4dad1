#include "event/loop.h"

#include <event2/event.h>

#include "base/check.h"

namespace gatehouse::event {

Loop::Loop(const Clock& clock) : clock_(clock), base_(nullptr), tick_(nullptr), timers_(*this) {
  event_config* config = event_config_new();
  GH_CHECK(config != nullptr);
  // One thread only: no locks; the environment must not choose the back end.
  event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV);
  base_ = event_base_new_with_config(config);
  event_config_free(config);
  GH_CHECK(base_ != nullptr);
  tick_ = event_new(base_, -1, 0, &Loop::on_tick, this);
  GH_CHECK(tick_ != nullptr);
}

Loop::~Loop() {
  event_free(tick_);
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
  std::int64_t us = when.us - now().us;
  if (us < 0) us = 0;
  const timeval delay{us / 1'000'000, us % 1'000'000};
  event_add(tick_, &delay);
}

void Loop::on_tick(int, short, void* self) { static_cast<Loop*>(self)->run_timers(); }

void Loop::run_timers() {
  tick_at_ = Instant{INT64_MAX};
  timers_.advance(now());
  const std::int64_t next = timers_.next_tick();
  if (next >= 0) wake_at(Instant{next * Timers::kTickUs});
}

}  // namespace gatehouse::event
