#include "policy/policy_state.h"

#include <mutex>
#include <vector>

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

}  // namespace

std::shared_ptr<PolicyState> state_of_policy(const std::string& name) {
  const std::lock_guard lock(states().mutex);
  for (const auto& state : states().all) {
    if (state->name == name) return state;
  }
  return states().all.emplace_back(std::make_shared<PolicyState>(name));
}

void write_policy_states(observe::Exposition& out) {
  const std::lock_guard lock(states().mutex);
  out.family("policy_failures_total", observe::Exposition::Type::counter,
             "runs of a policy that failed, by cause");
  for (const auto& state : states().all) {
    for (std::size_t i = 0; i < kCauseWords.size(); ++i)
      out.sample(observe::label_text({{"policy", state->name}, {"cause", kCauseWords[i]}}),
                 state->failures[i].load());
  }
}

}  // namespace gatehouse::policy
