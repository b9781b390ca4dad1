// A text that a regular expression matches.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::routing {

// A short one, made of the first of each alternative and without what may be missing.  It is a
// guess: whoever needs to be sure tries it, since classes of odd characters and word boundaries are
// not looked at closely.
[[nodiscard]] std::string regex_sample(std::string_view regex);

}  // namespace gatehouse::routing
