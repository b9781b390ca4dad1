// Rules that no request reaches, for earlier ones take all that they ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "routing/rule_table.h"
#include "routing/witness.h"

namespace gatehouse::routing {

// Rules as places in RuleTable::places().
struct Hidden {
  std::uint32_t rule;
  std::vector<std::uint32_t> by;  // one that hides it alone, or those that do it together
  // One that holds `rule`, and the rule that takes it: asked of the matcher.
  std::optional<Request> request;
  std::uint32_t taken_by = kNoRule;
};

// Every rule of which it is proven; a rule that one earlier one hides is found unless a regular
// expression would have to be understood.  Cost: a match for each rule that is reached; a proof for
// each value of one that is not.
[[nodiscard]] std::vector<Hidden> hidden_rules(const RuleTable& table);

}  // namespace gatehouse::routing
