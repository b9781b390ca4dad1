#include "snapshot/protection.h"

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
    }
  }
}

std::shared_ptr<const http::ProtectedNames> Protection::of(const config::ActionSpec& action) const {
  std::set<std::string> names;
  for (const auto& to : action.forward) {
    if (const auto at = told_.find(to.group.value); at != told_.end())
      names.insert(at->second.begin(), at->second.end());
  }
  if (names.empty()) return nullptr;
  return std::make_shared<const http::ProtectedNames>(
      std::vector<std::string>(names.begin(), names.end()));
}

}  // namespace gatehouse::snapshot
