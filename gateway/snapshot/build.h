// From what the file says to what workers follow.
#pragma once

#include <memory>

#include "config/spec.h"
#include "observe/metrics.h"
#include "snapshot/registry.h"
#include "snapshot/snapshot.h"

namespace gatehouse::snapshot {

// Compiles `spec`, which has no errors.  What `previous` (may be null) has with the same content is
// taken over: rules are then the same objects, groups and targets keep their state.  `steps`
// (tests) become the chain of every rule. Thread: control.  Cost: 10,000 rules in about 50 ms.
[[nodiscard]] std::shared_ptr<Snapshot> build(
    config::Spec spec, const Snapshot* previous, Registry& registry,
    const std::vector<std::shared_ptr<plugin::Step>>& steps = {});

}  // namespace gatehouse::snapshot
