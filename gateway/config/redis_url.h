// Where a Redis is, and as whom.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gatehouse::config {

struct RedisUrl {
  std::string address;  // as a target's: HOST:PORT, [IPv6]:PORT or unix:PATH
  std::string user;     // "": the default one
  std::string password;
  std::uint32_t database = 0;
};

// redis://[USER[:PASSWORD]@]HOST[:PORT][/DB], or unix://[USER[:PASSWORD]@]/PATH[?db=DB].  User and
// password may be written with %XX.  Nothing: malformed.
[[nodiscard]] std::optional<RedisUrl> parse_redis_url(std::string_view text);

}  // namespace gatehouse::config
