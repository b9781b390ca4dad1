// Secrets that everyone can look up.
#pragma once

#include <string_view>

namespace gatehouse::crypto {

// Whether the text is an example out of some public document, or empty.
[[nodiscard]] bool is_known_secret(std::string_view secret);

}  // namespace gatehouse::crypto
