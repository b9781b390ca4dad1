// Everything that one rule asks of a request.
#pragma once

#include <variant>
#include <vector>

#include "routing/condition/client_ip.h"
#include "routing/condition/header.h"
#include "routing/condition/host.h"
#include "routing/condition/method.h"
#include "routing/condition/path.h"
#include "routing/condition/query.h"
#include "routing/condition/source_ip.h"

namespace gatehouse::routing {

// What is looked at once host and path fit.
using Residual = std::variant<MethodCondition, HeaderCondition, QueryCondition, SourceIpCondition,
                              ClientIpCondition>;

// Immutable.  `residual` is in the order of the variant.
struct Conditions {
  HostCondition host;
  PathCondition path;
  std::vector<Residual> residual;

  explicit Conditions(const config::WhenSpec& when);
  // All of them hold.  Cost: looks at each; the table's match is for many rules.
  [[nodiscard]] bool hold(const Subject& subject) const;
};

[[nodiscard]] bool holds(const Residual& condition, const Subject& subject);

}  // namespace gatehouse::routing
