#include "routing/condition/client_ip.h"

#include <algorithm>

#include "routing/cidr_index.h"

namespace gatehouse::routing {

ClientIpCondition::ClientIpCondition(
    const std::vector<config::Placed<config::AddressBlock>>& specs) {
  for (const auto& spec : specs) values.push_back(spec.value);
}

bool ClientIpCondition::holds(const Subject& subject) const {
  return std::any_of(values.begin(), values.end(), [&](const config::AddressBlock& block) {
    return contains(block, subject.client_ip);
  });
}

}  // namespace gatehouse::routing
