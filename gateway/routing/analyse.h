// What is not wrong with a set of rules, but worth knowing before it serves.
#pragma once

#include "config/diagnostic.h"
#include "config/spec.h"

namespace gatehouse::routing {

// Adds warnings and notes.  `spec` has no errors.
//   unreachable-rule, swallowed-rule: earlier rules take all that a rule asks for, proven, with a
//     request that shows it.
//   tried-one-by-one: rules that nothing but a trial of each tells apart, and what that costs.
//   order-decides (a note): some requests that a rule asks for go to an earlier one, of which it is
//     neither a special case nor the general rule.
enum class Notes : std::uint8_t { wanted, left_out };
void analyse(const config::Spec& spec, Notes notes, config::Diagnostics& diagnostics);

}  // namespace gatehouse::routing
