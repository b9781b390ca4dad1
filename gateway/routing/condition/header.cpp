#include "routing/condition/header.h"

#include <algorithm>

namespace gatehouse::routing {

bool can_be_matched(std::string_view field_value) {
  return std::all_of(field_value.begin(), field_value.end(),
                     [](char c) { return c >= ' ' && c < 0x7f; });
}

HeaderCondition::HeaderCondition(const std::vector<config::NamedPatterns>& specs) {
  for (const auto& spec : specs) {
    std::string name = spec.name.value;
    ascii::make_lower(name);
    for (const auto& value : spec.values) values.push_back({name, Pattern(value, Case::ignored)});
  }
}

bool HeaderCondition::holds(const Subject& subject) const {
  for (const auto& field : subject.head.fields()) {
    for (const auto& value : values) {
      if (ascii::equals_ignoring_case(field.name(), value.name) && can_be_matched(field.value()) &&
          value.pattern.matches(field.value()))
        return true;
    }
  }
  return false;
}

}  // namespace gatehouse::routing
