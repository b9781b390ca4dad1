// The user and the password of a request (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace basic_auth {

struct Credential {
  std::string name;
  std::string password;
};

enum class Reading : std::uint8_t { absent, good, malformed };

// `authorization`: the field's value.  Other schemes are absent.
[[nodiscard]] Reading read_credential(std::string_view authorization, Credential& out);

}  // namespace basic_auth
