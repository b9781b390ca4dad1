#include "routing/analyse.h"

#include <algorithm>

#include "routing/rule_table.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kUnnoticed = 10;  // so many trials are below what a request varies by
constexpr std::size_t kNanosecondsEach =
    80;  // RE2 on a path of 20 bytes (routing_bench: 60 to 110)
constexpr std::size_t kNamed = 5;

std::vector<const config::RouteSpec*> routes_of(const config::Spec& spec,
                                                const config::ListenerSpec& listener) {
  std::vector<const config::RouteSpec*> out;
  for (const auto& route : spec.routes) {
    const bool here = route.listeners.empty() ||
                      std::any_of(route.listeners.begin(), route.listeners.end(),
                                  [&](const auto& name) { return name.value == listener.name; });
    if (here) out.push_back(&route);
  }
  return out;
}

void name_tried(const std::vector<const config::RouteSpec*>& routes, const RuleTable& table,
                config::Diagnostics& diagnostics) {
  for (const auto& orders : table.tried(kUnnoticed)) {
    std::string names;
    for (std::size_t i = 0; i < std::min(orders.size(), kNamed); ++i)
      names += (i == 0 ? "" : ", ") + routes[table.places()[orders[i]].rule]->name.value;
    if (orders.size() > kNamed) names += ", …";
    const std::size_t ns = orders.size() * kNanosecondsEach;
    const auto& first = *routes[table.places()[orders.front()].rule];
    diagnostics.push_back(
        {config::Severity::warning, "tried-one-by-one", first.name.span,
         std::to_string(orders.size()) + " rules are tried one after another: " + names +
             " (up to " + std::to_string(ns / 1000) + "." + std::to_string(ns % 1000 / 100) +
             " us for a request)",
         "patterns with * and ?, and regexes of paths that begin with ^ and plain text, are "
         "looked up"});
  }
}

}  // namespace

void analyse(const config::Spec& spec, config::Diagnostics& diagnostics) {
  for (const auto& listener : spec.listeners) {
    const auto routes = routes_of(spec, listener);
    std::vector<RuleInput> inputs;
    inputs.reserve(routes.size());
    for (const auto* route : routes) {
      inputs.push_back({static_cast<std::uint32_t>(inputs.size()), route->priority.value,
                        Conditions(route->when)});
    }
    const auto before = diagnostics.size();
    name_tried(routes, RuleTable(std::move(inputs)), diagnostics);
    if (diagnostics.size() != before) return;  // other listeners would say much the same
  }
}

}  // namespace gatehouse::routing
