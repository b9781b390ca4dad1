// Requests that one configuration sends elsewhere than another.
#pragma once

#include <string>
#include <vector>

#include "snapshot/snapshot.h"

namespace gatehouse::snapshot {

struct Elsewhere {
  std::string listener;
  std::string method;
  std::string url;
  std::vector<std::string> fields;  // "Name: value"
  std::string source_ip;            // "": any
  std::string before, after;        // "shop through auth (rule a)", "respond 404 (default)", "404"
};

// Asks both for a request that holds the conditions of each rule of either, for each of its hosts
// and paths, a short text that the pattern or the expression matches, on each listener that both
// have.  Every answer is what the two really decide, so none is wrong; some may be missing: those
// of an expression that its sample does not meet.  `routes` are those of both.
[[nodiscard]] std::vector<Elsewhere> elsewhere(const Snapshot& before, const Snapshot& after,
                                               const std::vector<config::RouteSpec>& routes);

}  // namespace gatehouse::snapshot
