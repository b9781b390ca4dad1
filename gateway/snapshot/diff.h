// What changed between two generations, for the log line and for people.
#pragma once

#include <string>

#include "snapshot/snapshot.h"

namespace gatehouse::snapshot {

// "1 target group changed, 2 rules added, 1 rule removed"; "no rule, target group or listener
// changed" if only the bytes differ.  `before` may be null: the first generation.
[[nodiscard]] std::string describe_change(const Snapshot* before, const Snapshot& after);

}  // namespace gatehouse::snapshot
