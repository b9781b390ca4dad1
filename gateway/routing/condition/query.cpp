#include "routing/condition/query.h"

#include "routing/glob.h"

namespace gatehouse::routing {

QueryCondition::QueryCondition(const std::vector<config::NamedPatterns>& specs) {
  for (const auto& spec : specs) {
    const std::string key =
        spec.name.value == "any" ? std::string(1, kAny) : compile_glob_escaped(spec.name.value);
    for (const auto& value : spec.values)
      values.push_back({key, compile_glob_escaped(value.value)});
  }
}

bool QueryCondition::holds(const Subject& subject) const {
  bool found = false;
  each_parameter(subject.head.query, [&](std::string_view key, std::string_view value) {
    for (const auto& wanted : values) {
      found = found || (glob_matches_any_case(wanted.key, key) &&
                        glob_matches_any_case(wanted.value, value));
    }
  });
  return found;
}

}  // namespace gatehouse::routing
