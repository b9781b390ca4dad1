#include <map>

#include "routing/findings.h"
#include "routing/reach.h"

namespace gatehouse::routing {
namespace {

using config::RouteSpec;

constexpr std::size_t kMostCells = 4096;  // compared of one rule

// A rule that is hidden, on each set of rules where it is.
struct Finding {
  const RuleSet* rules;
  Hidden hidden;
};

config::Diagnostic say_hidden(const RouteSpec& route, const Finding& finding, bool everywhere) {
  const RuleSet& rules = *finding.rules;
  std::vector<const RouteSpec*> by;
  for (const std::uint32_t place : finding.hidden.by) by.push_back(&rules.at(place));
  const std::uint32_t first = finding.hidden.by.front();
  const bool alone = by.size() == 1;
  const bool same = alone && covers(rules.table.conditions(finding.hidden.rule),
                                    rules.table.conditions(first), kMostCells);

  config::Diagnostic out;
  out.severity = config::Severity::warning;
  out.code = alone && !same ? "swallowed-rule" : "unreachable-rule";
  out.span = route.name.span;
  out.message = "no request ";
  if (!everywhere) out.message += "of listener '" + rules.listeners.front()->name + "' ";
  out.message += "reaches '" + route.name.value + "': " + named(by) +
                 (same    ? " asks for the same and comes first"
                  : alone ? " takes all that it asks for"
                          : " together take all that it asks for");
  out.hint = same ? "remove one of them, or let one ask for something else"
                  : "give '" + route.name.value + "' a lower priority number than " +
                        std::to_string(by.front()->priority.value) + ", or remove it";
  for (const auto* other : by) out.related.push_back({other->name.span, "takes the requests"});
  if (finding.hidden.request)
    out.witness = witness_of(rules, *finding.hidden.request, finding.hidden.taken_by);
  return out;
}

}  // namespace

std::vector<std::set<std::uint32_t>> name_hidden(const std::vector<RuleSet>& sets,
                                                 config::Diagnostics& diagnostics) {
  std::vector<std::set<std::uint32_t>> out;
  std::map<const RouteSpec*, std::vector<Finding>> findings;
  for (const auto& rules : sets) {
    auto& places = out.emplace_back();
    for (auto& hidden : hidden_rules(rules.table)) {
      places.insert(hidden.rule);
      auto& found = findings[&rules.at(hidden.rule)];
      found.push_back({&rules, std::move(hidden)});
    }
  }
  if (findings.empty()) return out;
  std::map<const RouteSpec*, std::size_t> homes;
  for (const auto& rules : sets) {
    for (const auto* route : rules.routes) ++homes[route];
  }
  for (const auto& [route, found] : findings)
    diagnostics.push_back(say_hidden(*route, found.front(), found.size() == homes[route]));
  return out;
}

}  // namespace gatehouse::routing
