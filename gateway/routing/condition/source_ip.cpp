#include "routing/condition/source_ip.h"

#include <algorithm>

#include "routing/cidr_index.h"

namespace gatehouse::routing {

SourceIpCondition::SourceIpCondition(
    const std::vector<config::Placed<config::AddressBlock>>& specs) {
  for (const auto& spec : specs) values.push_back(spec.value);
}

bool SourceIpCondition::holds(const Subject& subject) const {
  return std::any_of(values.begin(), values.end(), [&](const config::AddressBlock& block) {
    return contains(block, subject.source_ip);
  });
}

}  // namespace gatehouse::routing
