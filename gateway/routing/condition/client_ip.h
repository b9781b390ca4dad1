// client_ip: the address behind trusted proxies, which is the peer's where there are none.
#pragma once

#include <vector>

#include "config/spec.h"
#include "routing/subject.h"

namespace gatehouse::routing {

struct ClientIpCondition {
  std::vector<config::AddressBlock> values;  // any of them

  explicit ClientIpCondition(const std::vector<config::Placed<config::AddressBlock>>& specs);
  [[nodiscard]] bool holds(const Subject& subject) const;
};

}  // namespace gatehouse::routing
