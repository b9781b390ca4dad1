// Writing JSON.
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::config {

// A string with its quotes; controls escaped.
[[nodiscard]] std::string json_text(std::string_view text);
// The same document, one member a line; what is short stays on one line.
[[nodiscard]] std::string json_indented(std::string_view json);

}  // namespace gatehouse::config
