// Where a client's token stands in a request.
#pragma once

#include <span>
#include <string_view>

#include "config.h"

namespace auth {

struct Line {
  std::string_view name;
  std::string_view value;
};

struct Credential {
  enum class Kind : std::uint8_t {
    absent,
    found,
    malformed,  // it is there, and can be no token
    several,    // more than one in a request (RFC 6750 2)
  };
  Kind kind = Kind::absent;
  std::string_view token;
  From from = From::bearer;
};

// Looks through the places that the file names.  The query counts on WebSocket upgrades only; a
// token there beside one in Authorization is one too many wherever it stands.
[[nodiscard]] Credential find_credential(std::span<const Line> headers, std::string_view query,
                                         bool is_upgrade, const JwtConfig& config);

// The query without that parameter.
[[nodiscard]] std::string without_parameter(std::string_view query, std::string_view name);

}  // namespace auth
