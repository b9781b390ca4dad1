// How two compiled patterns (glob.h) lie to each other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::routing {

// Whether `wide` matches every text that `narrow` matches.  True is always proven; false may also
// mean that a proof would have taken too long, which no pattern that a person writes does.
[[nodiscard]] bool glob_covers(std::string_view wide, std::string_view narrow);

// The same for texts that begin with '/', as paths do.
[[nodiscard]] bool path_glob_covers(std::string_view wide, std::string_view narrow);

// The shortest text that both match; nothing: there is none.  `filler` stands where any byte may.
[[nodiscard]] std::optional<std::string> common_text(std::string_view a, std::string_view b,
                                                     char filler);

}  // namespace gatehouse::routing
