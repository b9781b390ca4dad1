// New priorities in the order of the old ones, with room between them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/spec.h"

namespace gatehouse::config {

// `text`, of which `spec` was read, with the priorities 10, 20, 30 … in the order in which its
// routes are tried; routes of the same priority (on different listeners) keep the order of the
// file.  More than 100,000 routes come closer.  Nothing else changes, not by a byte.
// Errors: a priority does not stand there as a number.
[[nodiscard]] Result<std::string> renumber(std::string_view text, const Spec& spec);

}  // namespace gatehouse::config
