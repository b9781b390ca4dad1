// The rules of a file as its listeners try them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/spec.h"
#include "routing/rule_table.h"
#include "routing/witness.h"

namespace gatehouse::routing {

// The routes of a listener, by priority, as its table has them.
[[nodiscard]] std::vector<const config::RouteSpec*> routes_of(const config::Spec& spec,
                                                              std::string_view listener);

// Listeners that have the same rules, and these.  Looks into the Spec.
struct RuleSet {
  std::vector<const config::ListenerSpec*> listeners;
  std::vector<const config::RouteSpec*> routes;
  std::unique_ptr<const RuleTable> made;  // null: the table is another's
  const RuleTable& table;

  // The route that stands at a place of the table.
  [[nodiscard]] const config::RouteSpec& at(std::uint32_t place) const {
    return *routes[table.places()[place].rule];
  }
};
// `tables` are those of the listeners, in their order; none: they are made.
[[nodiscard]] std::vector<RuleSet> rule_sets(const config::Spec& spec,
                                             std::span<const RuleTable* const> tables);

// The request for people and programs; `taken_by` is a place, or kNoRule for none.
[[nodiscard]] config::Witness witness_of(const RuleSet& rules, const Request& request,
                                         std::uint32_t taken_by);
// What happens to the requests of a route, as a text that is the same where the same happens.
[[nodiscard]] std::string outcome_of(const config::RouteSpec& route);
// "'a' (line 12)".
[[nodiscard]] std::string named(const config::RouteSpec& route);
// The same of several: "'a' (line 12), 'b' (line 14) and 3 more".
[[nodiscard]] std::string named(const std::vector<const config::RouteSpec*>& routes);

}  // namespace gatehouse::routing
