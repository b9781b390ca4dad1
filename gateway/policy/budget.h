// What one run of a policy may use, and what it has used so far.
#pragma once

#include <cstddef>
#include <cstdint>

#include "config/spec.h"

namespace gatehouse::policy {

struct Budget {
  Budget() = default;
  explicit Budget(const config::PolicyBudget& spec)
      : cpu_us(spec.cpu.count() * 1000), memory(spec.memory.value), calls(spec.calls) {}
  std::int64_t cpu_us = 5000;
  std::uint64_t memory = 4U << 20;
  std::uint32_t calls = 16;
};

// Thread: its worker's.  Cost: nothing until a run has gone on for kFirstLook instructions; from
// then on a clock reading for every kLook of them, and of the thread's own clock when it has gone
// on for kShort.
class Meter {
 public:
  // Instructions of Lua until a run is looked at: an ordinary policy has a hundredth of them.
  static constexpr int kFirstLook = 1000;
  // And from then on.
  static constexpr int kLook = 100;
  // One instruction may read a whole text or table: `a < b`, `next(t)`, `s:lower()` take 0.3 ns a
  // byte, `tonumber(s, 2)` 1 ns.  So many instructions times the bytes of the longest that there is
  // lie between two looks: every fourth may be such a one, and they take 3 ms, at worst 8.
  static constexpr std::size_t kReach = std::size_t{1} << 25;
  // Steps of a string function between two looks, about 5 ns each.
  static constexpr std::uint32_t kSteps = 4096;

  void start(const Budget& budget) {
    budget_ = budget;
    bytes_ = 0;
    used_us_ = 0;
    steps_ = calls_ = 0;
    looking_ = false;
  }
  // What was allocated; false: more than the budget.
  [[nodiscard]] bool take_bytes(std::size_t size) {
    bytes_ += size;
    return bytes_ <= budget_.memory;
  }
  // More than a run over its budget needs to be told so.
  [[nodiscard]] bool far_over() const { return bytes_ > 3 * budget_.memory; }
  [[nodiscard]] std::uint64_t bytes_left() const {
    return bytes_ < budget_.memory ? budget_.memory - bytes_ : 0;
  }
  // Looks at the clock; false: the processor time is used up.
  [[nodiscard]] bool look();
  // Work in C; false as above.
  [[nodiscard]] bool take_steps(std::uint64_t steps) {
    steps_ += steps;
    if (steps_ < kSteps) return true;
    steps_ = 0;
    return look();
  }
  // One more outbound call; false: there were enough.
  [[nodiscard]] bool take_call() { return ++calls_ <= budget_.calls; }
  // The run waits, or is over: time does not count meanwhile.
  void pause() {
    if (looking_) stop_looking();
  }
  [[nodiscard]] const Budget& budget() const { return budget_; }

 private:
  // A run of less is not asked for the thread's own time: that is a system call.
  static constexpr std::int64_t kShort = 100;  // microseconds
  static constexpr std::int64_t kUnknown = -1;
  void stop_looking();

  Budget budget_;
  std::uint64_t bytes_ = 0;
  std::int64_t used_us_ = 0;       // before the last wait
  std::int64_t since_us_ = 0;      // monotonic
  std::int64_t cpu_since_us_ = 0;  // the thread's; kUnknown: it is short so far
  std::uint64_t steps_ = 0;
  std::uint32_t calls_ = 0;
  bool looking_ = false;
};

}  // namespace gatehouse::policy
