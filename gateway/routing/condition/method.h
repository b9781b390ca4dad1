// method: compared exactly, with its case; GET does not stand for HEAD (ALB.md 1.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/spec.h"
#include "routing/subject.h"

namespace gatehouse::routing {

// The method of the request; of a CORS preflight the one that it asks for, so that both go the same
// way.  A preflight: OPTIONS with Origin and Access-Control-Request-Method (Fetch 4.8).
[[nodiscard]] std::string_view matched_method(const http::RequestHead& head);

struct MethodCondition {
  std::vector<std::string> values;  // any of them

  explicit MethodCondition(const std::vector<config::Text>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
