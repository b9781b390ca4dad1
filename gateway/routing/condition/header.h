// header: fields and their values; case of both is ignored, of a repeated field any line will do
// (ALB.md 1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "routing/pattern.h"
#include "routing/subject.h"

namespace gatehouse::routing {

// Only visible ASCII is matched (ALB.md 1.1): a line that holds anything else but spaces is none.
[[nodiscard]] bool can_be_matched(std::string_view field_value);

// One map of names and values: any of them.
struct HeaderCondition {
  struct Value {
    std::string name;  // lower case
    Pattern pattern;
  };
  std::vector<Value> values;

  explicit HeaderCondition(const std::vector<config::NamedPatterns>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
