// Rules of which neither is a special case of the other, and whose order decides about requests
// that both ask for.
#pragma once

#include <cstdint>
#include <vector>

#include "routing/rule_table.h"
#include "routing/witness.h"

namespace gatehouse::routing {

// Rules as places in RuleTable::places(); `request` holds both and goes to `earlier`: asked of the
// matcher.
struct Overlap {
  std::uint32_t earlier;
  std::uint32_t later;
  Request request;
};
struct Overlaps {
  std::vector<Overlap> found;
  std::uint32_t looked_at = 0;  // rules; fewer than there are: it would have taken too long
};

// For each rule the first earlier ones that take requests of it, at most `most` of them, where
// - their outcomes (a number for each rule; equal: the same happens) differ, and
// - the order is not what one would write: the earlier one's host or path is wider than the later
//   one's or crosses it, and neither is narrower; or it takes one of the later one's values whole,
//   and asks for others, too.
// A special case in front of its general rule is none, nor are rules which ask for different things
// (a host here, a path there).  Rules of `skip` (a mark for each) are left out.
// Cost: a glance at each pair of rules, some nanoseconds; more only where they come near each
// other.
[[nodiscard]] Overlaps overlaps(const RuleTable& table, const std::vector<std::uint32_t>& outcomes,
                                const std::vector<bool>& skip, std::size_t most);

}  // namespace gatehouse::routing
