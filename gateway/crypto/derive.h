// Keys from secrets: a key of its own for every purpose, so that what one makes is nothing to
// another.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gatehouse::crypto {

using Key = std::array<std::uint8_t, 32>;

// HKDF-SHA256 (RFC 5869) without salt.
[[nodiscard]] Key derive(std::string_view secret, std::string_view purpose);

}  // namespace gatehouse::crypto
