// Content types by the ending of a file's name.
#pragma once

#include <string_view>

namespace static_files {

// application/octet-stream where nothing is known.
[[nodiscard]] std::string_view type_of(std::string_view name);
// What is behind the last dot of the last part; "" without one.
[[nodiscard]] std::string_view ending_of(std::string_view name);

}  // namespace static_files
