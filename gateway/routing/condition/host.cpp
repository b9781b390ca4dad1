#include "routing/condition/host.h"

#include <algorithm>

namespace gatehouse::routing {

HostCondition::HostCondition(const std::vector<config::PatternSpec>& specs) {
  values.reserve(specs.size());
  for (const auto& spec : specs) values.emplace_back(spec, Case::ignored);
}

bool HostCondition::holds(const Subject& subject) const {
  return values.empty() || std::any_of(values.begin(), values.end(), [&](const Pattern& value) {
           return value.matches(subject.head.host_name);
         });
}

}  // namespace gatehouse::routing
