// What is remembered of a token that verified: enough to serve the next request with it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace auth {

struct Session {
  std::string_view id;
  std::string_view email;
  std::string_view roles;       // with commas between, never empty
  std::string_view claims;      // the token's payload, JSON
  std::string_view minted;      // the token for the target, "": none
  std::int64_t expires = 0;     // seconds since 1970
  std::int64_t mint_again = 0;  // when the minted one is to be renewed
  bool may_pass = false;        // the route's requirements, which are the instance's
};

// As one text, and back; the views look into it, and none of `session` may look into `out`.
void pack(const Session& session, std::string& out);
[[nodiscard]] Session unpacked(std::string_view text);

}  // namespace auth
