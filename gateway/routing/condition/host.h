// host: the name that the request is for, without port; case is ignored (ALB.md 1.2).
#pragma once

#include <vector>

#include "routing/pattern.h"
#include "routing/subject.h"

namespace gatehouse::routing {

struct HostCondition {
  std::vector<Pattern> values;  // any of them; none: every host

  explicit HostCondition(const std::vector<config::PatternSpec>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
