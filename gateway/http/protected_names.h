// Names of header fields that tell a target who the client is, in every spelling that some server
// takes for them: a client's own never pass to a target that believes ours.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::http {

// Folds as WSGI, CGI and PHP do: lower case, and whatever is no letter or digit becomes '-'.
// Immutable; any thread.
class ProtectedNames {
 public:
  // `names`: those that steps write, to which come what proxies and frameworks are known to believe
  // (X-Amzn-Oidc-*, Remote-User, X-Middleware-Subrequest …) and overrides of the method.
  explicit ProtectedNames(std::span<const std::string> names);

  // Cost: a look at four characters for most names, else a compare with each.
  [[nodiscard]] bool has(std::string_view name) const;
  // Folded, and so equal for the same names.
  [[nodiscard]] const std::vector<std::string>& folded() const { return names_; }

 private:
  std::vector<std::string> names_;         // folded; with '*' behind: all that begin so
  std::array<std::uint64_t, 32> begin_{};  // by the first character: bits of the third and fourth
};

}  // namespace gatehouse::http
