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

// Looks through the places that the file names; in the query only of an upgrade to WebSocket, which
// a browser's script can give no header.  A token in the query beside one in Authorization is one
// too many, though the query may not be read.
[[nodiscard]] Credential find_credential(std::span<const Line> headers, std::string_view query,
                                         bool is_upgrade, const JwtConfig& config);

}  // namespace auth
