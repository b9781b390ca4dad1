// Patterns as on an ALB: `*` is any number of any bytes, `?` exactly one (ALB.md 1.2).
#pragma once

#include <string_view>

namespace gatehouse::routing {

// Whether all of `text` matches `pattern`; compared byte by byte.  Cost: at most |pattern| x
// |text|, never worse.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace gatehouse::routing
