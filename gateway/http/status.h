// Reason phrases of status codes (RFC 9110 15, RFC 6585, RFC 7725).
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::http {

// The phrase of `status`; "" for one that has none.
[[nodiscard]] std::string_view phrase(std::uint16_t status) noexcept;

}  // namespace gatehouse::http
