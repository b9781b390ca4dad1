// What is not wrong with a set of rules, but worth knowing before it serves.
#pragma once

#include "config/diagnostic.h"
#include "config/spec.h"

namespace gatehouse::routing {

// Adds warnings and notes.  `spec` has no errors.
//   unreachable-rule, swallowed-rule: earlier rules take all that a rule asks for, proven, with a
//     request that shows it.
//   tried-one-by-one: rules that nothing but a trial of each tells apart, and what that costs.
void analyse(const config::Spec& spec, config::Diagnostics& diagnostics);

}  // namespace gatehouse::routing
