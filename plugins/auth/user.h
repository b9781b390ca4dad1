// Who a token is about, as targets and later steps are told.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config.h"
#include "crypto/jose/json.h"

namespace auth {

struct User {
  std::string_view id;
  std::string_view email;
  std::vector<std::string_view> roles;
};

enum class UserFault : std::uint8_t {
  no_id,              // none of user_id, id, sub is there
  not_representable,  // something would not be the same text in a header field
};

// Reads user_id, else id (a text or a whole number), else sub; email; role, else roles (a text or a
// list of texts; anything else is no role).  Views into the claims.
// Only bytes 0x20 to 0x7e, neither first nor last a blank, at most 1 KiB; no comma in a role, which
// would read as two.
[[nodiscard]] std::optional<UserFault> read_user(const gatehouse::crypto::jose::Json& claims,
                                                 User& out);

// "admin,user"; "user" for nobody in particular.
void write_roles(const User& user, std::string& out);

// Whether a user with these claims may pass.
[[nodiscard]] bool may_pass(const gatehouse::crypto::jose::Json& claims, const Require& require);

}  // namespace auth
