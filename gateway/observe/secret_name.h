// Names behind which credentials stand.
#pragma once

#include <string_view>

namespace gatehouse::observe {

// Whether a header, a parameter or a claim of that name may hold what lets somebody in: "Cookie",
// "X-Api-Key", "access_token", "code".  Rather one too many.
[[nodiscard]] bool names_secret(std::string_view name);

// What stands in place of such a value.
inline constexpr std::string_view kRedacted = "redacted";

}  // namespace gatehouse::observe
