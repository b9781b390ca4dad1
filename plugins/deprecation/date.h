// A date of the file, as the two fields write it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace deprecation {

// Seconds since 1970 of "2026-06-01" or "2026-06-01T12:00:00Z"; nothing: no such date.
[[nodiscard]] std::optional<std::int64_t> parse_date(std::string_view text);
// "Mon, 01 Jun 2026 00:00:00 GMT" (RFC 9110 5.6.7).
[[nodiscard]] std::string http_date(std::int64_t seconds);

}  // namespace deprecation
