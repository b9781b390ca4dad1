// Which header fields of a client must not reach which target groups.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/spec.h"
#include "http/protected_names.h"

namespace gatehouse::snapshot {

// A group that any route tells who its clients are believes it on every route: there a client's own
// fields of those names are dropped, on public routes too.
class Protection {
 public:
  explicit Protection(const config::Spec& spec);

  // Null: the action reaches no such group.
  [[nodiscard]] std::shared_ptr<const http::ProtectedNames> of(
      const config::ActionSpec& action) const;

 private:
  std::map<std::string, std::set<std::string>> told_;  // group -> names
};

}  // namespace gatehouse::snapshot
