// What the file says, in a line of text.
#pragma once

#include <string>

#include "config/spec.h"

namespace gatehouse::config {

// "host a.test | b.test, path /api/*, header X-Canary: 1"; "every request" without a condition.
[[nodiscard]] std::string describe(const WhenSpec& when);
// A pattern as it is written; a regular expression between slashes.
[[nodiscard]] std::string describe(const PatternSpec& pattern);
// "10.0.0.0/8", "::1/128".
[[nodiscard]] std::string describe(const AddressBlock& block);

}  // namespace gatehouse::config
