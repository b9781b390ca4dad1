// Parameters of a query, as applications read them.
#pragma once

#include <string_view>

#include "base/arena.h"

namespace gatehouse::http {

// Whether a key as it is written means `name` once its escapes are read.
[[nodiscard]] bool is_parameter(std::string_view written, std::string_view name);

// The query without its parameters of that name; the same view if it has none.
[[nodiscard]] std::string_view without_parameter(std::string_view query, std::string_view name,
                                                 Arena& arena);

}  // namespace gatehouse::http
