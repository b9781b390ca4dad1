// Who owns the listening sockets: the supervisor, or a test.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace gatehouse::control {

// The admin API's name among listeners, which no listener of a file can have.
inline constexpr const char* kAdminSockets = "(admin)";

class Sockets {
 public:
  virtual ~Sockets() = default;
  // At least `count` descriptors that listen on `address` ("0.0.0.0:80", "unix:/x"), one for a Unix
  // socket; those that the name has already are among them.  They stay the owner's.  Errors: what
  // bind said.
  virtual Result<std::vector<int>> open(const std::string& name, const std::string& address,
                                        unsigned count) = 0;
  // The name left the file.
  virtual void close(const std::string& name) = 0;
  // What was opened is live: addresses that names had before are not used any more.
  virtual void close_outdated() = 0;
  // What was opened since is not wanted after all: as if it had not been.
  virtual void abandon() = 0;
  // The process runs as another user from now on.
  virtual void user_changed() = 0;
  // Leaves this to the process that takes over, should this one die.
  virtual void bequeath(const std::string& legacy) = 0;
  // The gateway serves now; `drain` is the longest that a drain may take.
  virtual void ready(Millis drain) = 0;
};

}  // namespace gatehouse::control
