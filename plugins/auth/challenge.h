// What those are told who may not pass: programs a 401 that they can read, a person's browser the
// way to the login page.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config.h"
#include "credential.h"

namespace auth {

struct Refusal {
  std::uint16_t status = 401;
  std::string_view error;  // of RFC 6750 3.1; "": no credential was there
};

struct Answer {
  std::uint16_t status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;
  std::string body;
};

struct Asked {
  std::string_view method;
  std::string_view target;  // path and query as received
  bool is_upgrade = false;
  std::span<const Line> headers;
  bool by_program = false;  // with a token in Authorization, which no browser sends by itself
};

// Whether the request is one of a browser's own for a page (Fetch metadata; without it, what is
// accepted), not of a script, a router of React, or a socket.
[[nodiscard]] bool is_navigation(const Asked& asked);

// 302 to `login` with callbackUrl (a path of our own) for navigations, if there is a login page;
// else problem+json and WWW-Authenticate.
[[nodiscard]] Answer answer_for(const Refusal& refusal, const Asked& asked, std::string_view login);

}  // namespace auth
