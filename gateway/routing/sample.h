// Texts that patterns match, for requests that show something.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "routing/pattern.h"

namespace gatehouse::routing {

// A text that a compiled pattern (glob.h) matches; `star` and `one` are what the wildcards stand
// for.
[[nodiscard]] std::string sample_of_glob(std::string_view pattern, std::string_view star, char one);

// A short text that the expression probably matches: the first of its alternatives, as little as
// its quantifiers allow.  The caller looks whether it does.  "": also where nothing comes to mind.
[[nodiscard]] std::string sample_of_regex(std::string_view regex);

// A text that `pattern` matches; of a regular expression one that begins with `begin`, if there is
// a choice.  Nothing: none was found.
[[nodiscard]] std::optional<std::string> sample_of(const Pattern& pattern, std::string_view star,
                                                   char one, std::string_view begin);

}  // namespace gatehouse::routing
