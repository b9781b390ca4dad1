// Names of header fields that tell a target who the client is, in every spelling that some server
// takes for them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config.h"

namespace auth {

// Folds as WSGI, CGI and PHP do: lower case, and whatever is no letter or digit becomes '-'.
// Thread: any.
class ProtectedNames {
 public:
  explicit ProtectedNames(const IdentityHeaders& names);

  // Whether a client's field of that name must not reach the target.  Cost: a look at the first
  // letter for most names.
  [[nodiscard]] bool has(std::string_view name) const;
  // Folded; with '*' at the end all that begin so.
  [[nodiscard]] const std::vector<std::string>& all() const { return names_; }

 private:
  std::vector<std::string> names_;
};

}  // namespace auth
