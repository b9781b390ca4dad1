#include "routing/condition/path.h"

#include <algorithm>

namespace gatehouse::routing {

PathCondition::PathCondition(const std::vector<config::PatternSpec>& specs) {
  values.reserve(specs.size());
  for (const auto& spec : specs) values.emplace_back(spec, Case::matters);
}

bool PathCondition::holds(const Subject& subject) const {
  return values.empty() || std::any_of(values.begin(), values.end(), [&](const Pattern& value) {
           return value.matches(subject.head.match_path);
         });
}

}  // namespace gatehouse::routing
