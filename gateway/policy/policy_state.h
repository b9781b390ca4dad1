// What happened to a policy, by its name, for as long as the process lives.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "observe/counter.h"
#include "observe/prometheus.h"
#include "policy/breaker.h"
#include "policy/disagreements.h"

namespace gatehouse::policy {

// Why a run failed.
enum class Cause : std::uint8_t { error, cpu, memory, wall };
inline constexpr std::array<std::string_view, 4> kCauseWords = {"error", "cpu", "memory", "wall"};

// What a worker counts of a policy: written by it alone.
struct RunCounts {
  observe::Counter runs;
  observe::Counter skipped;    // answered without running it, its breaker being open
  observe::Counter disagreed;  // in shadow: it would have ended what went on
  observe::Counter cpu_ns;     // of all runs, as those that were timed let expect
  observe::Counter wall_ns;    // waits included
};

// Thread: any.
class PolicyState {
 public:
  explicit PolicyState(std::string policy) : name_(std::move(policy)) {}

  void count(Cause cause) {
    failures_[static_cast<std::size_t>(cause)].fetch_add(1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t failures(Cause cause) const {
    return failures_[static_cast<std::size_t>(cause)].load(std::memory_order_relaxed);
  }
  // Those of a worker; they stay where they are.
  [[nodiscard]] RunCounts& of_worker(std::size_t number);
  [[nodiscard]] std::uint64_t sum(observe::Counter RunCounts::*counter) const;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Breaker& breaker() { return breaker_; }
  [[nodiscard]] Disagreements& disagreements() { return disagreements_; }

 private:
  const std::string name_;
  std::array<std::atomic<std::uint64_t>, kCauseWords.size()> failures_{};
  Breaker breaker_;
  Disagreements disagreements_;
  mutable std::mutex mutex_;  // of what follows
  std::vector<std::unique_ptr<RunCounts>> workers_;
};

// The state of a policy's name.
[[nodiscard]] std::shared_ptr<PolicyState> state_of_policy(const std::string& name);
// Those of all names that there were.
[[nodiscard]] std::vector<std::shared_ptr<PolicyState>> policy_states();

void write_policy_states(observe::Exposition& out);

}  // namespace gatehouse::policy
