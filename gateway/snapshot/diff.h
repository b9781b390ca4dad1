// What changed between two generations, for the log line and for people.
#pragma once

#include <string>

#include "snapshot/snapshot.h"

namespace gatehouse::snapshot {

// "2 rules added, 1 changed, 1 removed; target group 'backend' changed"; "nothing that matters" if
// only the bytes differ. `before` may be null: the first generation.
[[nodiscard]] std::string describe_change(const Snapshot* before, const Snapshot& after);

}  // namespace gatehouse::snapshot
