#include "routing/conditions.h"

#include <algorithm>

namespace gatehouse::routing {

Conditions::Conditions(const config::WhenSpec& when) : host(when.host), path(when.path) {
  if (!when.method.empty()) residual.emplace_back(MethodCondition(when.method));
  for (const auto& map : when.header) residual.emplace_back(HeaderCondition(map));
  for (const auto& map : when.query) residual.emplace_back(QueryCondition(map));
  if (!when.source_ip.empty()) residual.emplace_back(SourceIpCondition(when.source_ip));
  if (!when.client_ip.empty()) residual.emplace_back(ClientIpCondition(when.client_ip));
  residual.shrink_to_fit();
}

bool Conditions::hold(const Subject& subject) const {
  return host.holds(subject) && path.holds(subject) &&
         std::all_of(residual.begin(), residual.end(),
                     [&](const Residual& condition) { return routing::holds(condition, subject); });
}

bool holds(const Residual& condition, const Subject& subject) {
  return std::visit([&](const auto& one) { return one.holds(subject); }, condition);
}

}  // namespace gatehouse::routing
