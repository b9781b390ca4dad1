// One thread's event loop: readiness, timers, and work put off to the end of a turn.
#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "base/list.h"
#include "event/timer.h"

struct event;
struct event_base;

namespace gatehouse::event {

// Work to be done once the current turn's events have been handled: flushing what several events
// produced. Runs at most once for each `Loop::defer`.  Unlinks itself when destroyed.
class Deferred : public ListLink<Deferred> {
 public:
  virtual void run_deferred() = 0;

 protected:
  ~Deferred() = default;
};

// Thread: the one that calls `run`.  Owns: the libevent base, and a timer's descriptor.  Cost of a
// turn: one epoll_wait, at most one clock read.
class Loop {
 public:
  // `clock` must outlive the loop.  Aborts when the kernel gives no descriptor for epoll or the
  // timer.
  explicit Loop(const Clock& clock);
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop();

  // Turns until `stop`.
  void run(const std::function<void()>& after_turn = {});
  // One turn; waits for an event if `block`.  For tests and for loops with work of their own
  // between turns.
  void turn(bool block);
  // Runs what was deferred; what comes after the last turn.
  void run_deferred();
  // Fires the timers that are due, for tests whose clock is not the kernel's.
  void run_timers();
  // When it looks at its timers next, whoever moves its clock; INT64_MAX: none is armed.
  [[nodiscard]] Instant next_timers() const { return tick_at_; }
  // Ends `run` after the current turn.  From this thread; other threads send a message that calls
  // it.
  void stop() { stopped_ = true; }

  // The time of this turn: read once, when first asked for.
  [[nodiscard]] Instant now() {
    if (!now_valid_) read_clock();
    return now_;
  }
  // Wall clock of this turn, microseconds since 1970.  It is asked again every `kWallFresh`, and
  // runs with `now` in between: reading a clock is a tenth of what a turn costs.
  [[nodiscard]] std::int64_t wall_us() {
    if (!now_valid_) read_clock();
    return now_.us + wall_offset_us_;
  }
  [[nodiscard]] Timers& timers() { return timers_; }
  void defer(Deferred& work) {
    if (!work.linked()) deferred_.push_back(work);
  }
  [[nodiscard]] std::uint64_t turns() const { return turns_; }
  [[nodiscard]] event_base* base() { return base_; }

 private:
  friend class Timers;
  void read_clock();
  void wake_at(Instant when);
  void set_tick(Micros delay);  // 0: never
  static void on_tick(int, short, void* self);

  const Clock& clock_;
  event_base* base_;
  // Sleeps until the next timer; its own descriptor costs a turn nothing, a timer of libevent's two
  // readings of a clock.
  int tick_fd_ = -1;
  ::event* tick_ = nullptr;
  Timers timers_;
  List<Deferred, Deferred> deferred_;
  Instant now_{};
  Instant tick_at_{INT64_MAX};
  static constexpr Millis kWallFresh{20};
  Instant wall_until_{INT64_MIN};
  std::int64_t wall_offset_us_ = 0;
  std::uint64_t turns_ = 0;
  bool now_valid_ = false;
  bool stopped_ = false;
};

}  // namespace gatehouse::event
