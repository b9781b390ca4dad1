// path: the canonical path without ;params, never the query; case matters (ALB.md 1.2).
#pragma once

#include <vector>

#include "routing/pattern.h"
#include "routing/subject.h"

namespace gatehouse::routing {

struct PathCondition {
  std::vector<Pattern> values;  // any of them; none: every path

  explicit PathCondition(const std::vector<config::PatternSpec>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
