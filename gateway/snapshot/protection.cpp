#include "snapshot/protection.h"

#include <algorithm>
#include <vector>

#include "config/plugins.h"

namespace gatehouse::snapshot {

Protection::Protection(const config::Spec& spec) {
  for (const auto& route : spec.routes) {
    if (!route.action) continue;
    for (const auto& step : route.plugins) {
      const config::PluginUse* use = step.use.get();
      if (use == nullptr || use->type == nullptr || use->values == nullptr) continue;
      const auto names = use->type->identity_fields(*use->values);
      if (names.empty()) continue;
      for (const auto& to : route.action->forward)
        told_[to.group.value].insert(names.begin(), names.end());
      if (!chooses_group(route)) continue;
      for (const auto& group : spec.target_groups)
        told_[group.name].insert(names.begin(), names.end());
    }
  }
}

std::shared_ptr<const http::ProtectedNames> Protection::of(const config::RouteSpec& route) {
  std::set<std::string> names;
  const auto add = [&](const std::string& group) {
    if (const auto at = told_.find(group); at != told_.end())
      names.insert(at->second.begin(), at->second.end());
  };
  for (const auto& to : route.action->forward) add(to.group.value);
  for (const auto& step : route.plugins) {
    if (step.use == nullptr || step.use->values == nullptr) continue;
    for (const auto& group : step.use->values->groups) add(group.value);
  }
  return protect(std::move(names));
}

std::shared_ptr<const http::ProtectedNames> Protection::of_all() {
  std::set<std::string> names;
  for (const auto& [group, told] : told_) names.insert(told.begin(), told.end());
  return protect(std::move(names));
}

std::shared_ptr<const http::ProtectedNames> Protection::protect(std::set<std::string> names) {
  if (names.empty()) return nullptr;
  auto& here = known_[names];
  if (here == nullptr)
    here = std::make_shared<const http::ProtectedNames>(
        std::vector<std::string>(names.begin(), names.end()));
  return here;
}

bool chooses_group(const config::RouteSpec& route) {
  return std::any_of(route.plugins.begin(), route.plugins.end(), [](const auto& step) {
    return step.use != nullptr && step.use->type != nullptr && step.use->type->chooses_group();
  });
}

}  // namespace gatehouse::snapshot
