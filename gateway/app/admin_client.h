// Asking the running gateway's admin API.
#pragma once

#include <string>

#include "base/result.h"
#include "config/spec.h"

namespace gatehouse::app {

struct AdminAnswer {
  unsigned status = 0;
  std::string body;
};

// Sends METHOD PATH to the address of `admin`, which stands in `file`, and waits up to a minute.
// Errors: no admin API, nobody listens there, no answer.
[[nodiscard]] Result<AdminAnswer> ask_admin(const config::AdminSpec& admin, const std::string& file,
                                            const std::string& path,
                                            const std::string& method = "POST");

}  // namespace gatehouse::app
