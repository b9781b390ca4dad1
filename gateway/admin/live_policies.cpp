#include "admin/live_policies.h"

#include <string_view>
#include <unordered_set>

namespace gatehouse::admin {

std::vector<std::shared_ptr<policy::PolicyState>> live_policies(const control::Gateway& gateway) {
  std::unordered_set<std::string_view> live;
  for (const auto& step : gateway.live().steps) live.insert(step->name());
  auto out = policy::policy_states();
  std::erase_if(out, [&](const auto& state) { return !live.contains(state->name()); });
  return out;
}

}  // namespace gatehouse::admin
