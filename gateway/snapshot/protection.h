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

  // Null: the route reaches no such group, neither by its action nor by a step that asks one or
  // sends it copies.
  [[nodiscard]] std::shared_ptr<const http::ProtectedNames> of(const config::RouteSpec& route);
  // Of a route whose steps may choose any group; null: none is told.
  [[nodiscard]] std::shared_ptr<const http::ProtectedNames> of_all();

 private:
  // The same object for the same names.
  std::shared_ptr<const http::ProtectedNames> protect(std::set<std::string> names);

  std::map<std::string, std::set<std::string>> told_;  // group -> names
  std::map<std::set<std::string>, std::shared_ptr<const http::ProtectedNames>> known_;
};

// Whether a step of the route may choose the group that a request goes to.
[[nodiscard]] bool chooses_group(const config::RouteSpec& route);

}  // namespace gatehouse::snapshot
