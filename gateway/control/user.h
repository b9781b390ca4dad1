// Becoming an ordinary user.
#pragma once

#include <string>

#include "base/result.h"

namespace gatehouse::control {

// Gives up root for good and becomes `user` with its groups; nothing to do for "" (said in the log
// if that leaves root) or when the process is that user already.  Errors: no such user, not started
// as root.
Status become_user(const std::string& user);

}  // namespace gatehouse::control
