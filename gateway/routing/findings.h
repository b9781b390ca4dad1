// The parts of analyse(), each of which says what it found.
#pragma once

#include <set>
#include <vector>

#include "config/diagnostic.h"
#include "routing/rule_sets.h"

namespace gatehouse::routing {

// unreachable-rule and swallowed-rule.  Returns, for each of `sets`, the places of the rules that
// are hidden there.
std::vector<std::set<std::uint32_t>> name_hidden(const std::vector<RuleSet>& sets,
                                                 config::Diagnostics& diagnostics);

// order-decides, for rules that are not hidden.
void name_overlaps(const std::vector<RuleSet>& sets,
                   const std::vector<std::set<std::uint32_t>>& hidden,
                   config::Diagnostics& diagnostics);

}  // namespace gatehouse::routing
