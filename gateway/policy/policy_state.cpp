#include "policy/policy_state.h"

#include "base/clock.h"
#include "observe/metrics.h"

namespace gatehouse::policy {
namespace {

struct States {
  std::mutex mutex;
  std::vector<std::shared_ptr<PolicyState>> all;
};
States& states() {
  static States states;
  return states;
}

struct Counted {
  std::string_view name;
  std::string_view help;
  observe::Counter RunCounts::*counter;
};
constexpr Counted kCounted[] = {
    {"policy_runs_total", "runs of a policy", &RunCounts::runs},
    {"policy_skipped_total", "answers in place of a run while its breaker was open",
     &RunCounts::skipped},
    {"policy_disagreements_total", "requests that went on and that a policy in shadow would end",
     &RunCounts::disagreed},
};
constexpr Counted kTimes[] = {
    {"policy_cpu_seconds_total", "time that a policy's runs took, their waits left out",
     &RunCounts::cpu_ns},
    {"policy_wall_seconds_total", "time that a policy's runs took, waits included",
     &RunCounts::wall_ns},
};

}  // namespace

RunCounts& PolicyState::of_worker(std::size_t number) {
  const std::lock_guard lock(mutex_);
  if (workers_.size() <= number) workers_.resize(number + 1);
  auto& counts = workers_[number];
  if (counts == nullptr) counts = std::make_unique<RunCounts>();
  return *counts;
}

std::uint64_t PolicyState::sum(observe::Counter RunCounts::*counter) const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const auto& worker : workers_) {
    if (worker != nullptr) sum += (*worker.*counter).value();
  }
  return sum;
}

std::shared_ptr<PolicyState> state_of_policy(const std::string& name) {
  const std::lock_guard lock(states().mutex);
  for (const auto& state : states().all) {
    if (state->name() == name) return state;
  }
  return states().all.emplace_back(std::make_shared<PolicyState>(name));
}

std::vector<std::shared_ptr<PolicyState>> policy_states() {
  const std::lock_guard lock(states().mutex);
  return states().all;
}

void write_policy_states(observe::Exposition& out) {
  using Type = observe::Exposition::Type;
  const auto all = policy_states();
  out.family("policy_failures_total", Type::counter, "runs of a policy that failed, by cause");
  for (const auto& state : all) {
    for (std::size_t i = 0; i < kCauseWords.size(); ++i)
      out.sample(observe::label_text({{"policy", state->name()}, {"cause", kCauseWords[i]}}),
                 state->failures(static_cast<Cause>(i)));
  }
  for (const Counted& row : kCounted) {
    out.family(row.name, Type::counter, row.help);
    for (const auto& state : all)
      out.sample(observe::label_text({{"policy", state->name()}}), state->sum(row.counter));
  }
  for (const Counted& row : kTimes) {
    out.family(row.name, Type::counter, row.help);
    for (const auto& state : all)
      out.seconds(observe::label_text({{"policy", state->name()}}), state->sum(row.counter) / 1000);
  }
  out.family("policy_breaker_open", Type::gauge, "1 while a policy is not run: its breaker");
  const std::int64_t now_us = SystemClock().monotonic().us;
  for (const auto& state : all)
    out.sample(observe::label_text({{"policy", state->name()}}),
               std::int64_t{state->breaker().is_open(now_us) ? 1 : 0});
}

}  // namespace gatehouse::policy
