// Words of routes.yaml as values: sizes, times, addresses.
#pragma once

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
// An IP address with an optional prefix length.
[[nodiscard]] bool is_cidr(std::string_view text);

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
