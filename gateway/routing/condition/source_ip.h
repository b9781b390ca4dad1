// source_ip: the peer of the connection, or what the PROXY protocol says; never X-Forwarded-For
// (ALB.md 1.2).
#pragma once

#include <vector>

#include "config/spec.h"
#include "routing/subject.h"

namespace gatehouse::routing {

struct SourceIpCondition {
  std::vector<config::AddressBlock> values;  // any of them

  explicit SourceIpCondition(const std::vector<config::Placed<config::AddressBlock>>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
