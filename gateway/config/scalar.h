// Words of routes.yaml as values: sizes, times, addresses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"

namespace gatehouse::config {

// "512B", "8KiB", "10MiB", "1GiB", "0".
[[nodiscard]] std::optional<Bytes> parse_size(std::string_view text);
// "100ms", "10s", "5min", "1h", "1d", "0".
[[nodiscard]] std::optional<Millis> parse_duration(std::string_view text);
// As they would be written, with the largest unit that divides them.
[[nodiscard]] std::string format_size(Bytes value);
[[nodiscard]] std::string format_duration(Millis value);
// Digits only.
[[nodiscard]] std::optional<std::uint64_t> parse_integer(std::string_view text);
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);
// "10/min": a number per s, min, hour or day.
[[nodiscard]] bool is_rate(std::string_view text);
// "50%".
[[nodiscard]] bool is_percent(std::string_view text);

// A block of addresses (RFC 4632).
struct AddressBlock {
  std::array<std::uint8_t, 16> first{};  // the first four bytes for IPv4
  std::uint8_t bits = 0;
  bool v6 = false;
};
// "10.0.0.0/8", "::1/128", or a single address; a block of IPv4 that is written as IPv6
// (::ffff:10.0.0.0/104) is IPv4.  Nothing: malformed, or bits set behind the prefix.
[[nodiscard]] std::optional<AddressBlock> parse_block(std::string_view text);
// The same, with whatever is set behind the prefix left out.
[[nodiscard]] std::optional<AddressBlock> enclosing_block(std::string_view text);
[[nodiscard]] inline bool is_cidr(std::string_view text) { return parse_block(text).has_value(); }

// Where something is: HOST:PORT, [IPv6]:PORT, unix:PATH, systemd:NAME.
struct Endpoint {
  enum class Kind : std::uint8_t { ip, name, unix_path, systemd };
  Kind kind = Kind::ip;
  std::string host;  // without brackets; the path or name for the others
  std::uint16_t port = 0;
};
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);

// [A-Za-z0-9._-], not empty, at most 128.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace gatehouse::config
