// Bytes as text that may stand in a cookie or a URL (RFC 4648 5, without padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::crypto {

[[nodiscard]] std::string base64url(std::string_view bytes);
// Nothing: a character that does not belong, a length that cannot be, bits set behind the end.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace gatehouse::crypto
