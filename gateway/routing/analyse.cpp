#include "routing/analyse.h"

#include <algorithm>
#include <map>

#include "routing/reach.h"
#include "routing/rule_sets.h"

namespace gatehouse::routing {
namespace {

using config::RouteSpec;
using config::Severity;

constexpr std::size_t kUnnoticed = 10;  // so many trials are below what a request varies by
constexpr std::size_t kNanosecondsEach =
    80;  // RE2 on a path of 20 bytes (routing_bench: 60 to 110)
constexpr std::size_t kNamed = 5;
constexpr std::size_t kMostCells = 4096;  // compared of one rule

void name_tried(const RuleSet& rules, config::Diagnostics& diagnostics) {
  for (const auto& orders : rules.table.tried(kUnnoticed)) {
    std::string names;
    for (std::size_t i = 0; i < std::min(orders.size(), kNamed); ++i)
      names += (i == 0 ? "" : ", ") + rules.at(orders[i]).name.value;
    if (orders.size() > kNamed) names += ", …";
    const std::size_t ns = orders.size() * kNanosecondsEach;
    diagnostics.push_back(
        {Severity::warning, "tried-one-by-one", rules.at(orders.front()).name.span,
         std::to_string(orders.size()) + " rules are tried one after another: " + names +
             " (up to " + std::to_string(ns / 1000) + "." + std::to_string(ns % 1000 / 100) +
             " us for a request)",
         "patterns with * and ?, and regexes of paths that begin with ^ and plain text, are "
         "looked up"});
  }
}

// A rule that is hidden, on each set of rules where it is.
struct Finding {
  const RuleSet* rules;
  Hidden hidden;
};
using Findings = std::map<const RouteSpec*, std::vector<Finding>>;

config::Diagnostic say_hidden(const RouteSpec& route, const Finding& finding, bool everywhere) {
  const RuleSet& rules = *finding.rules;
  const auto& conditions = rules.table.conditions();
  std::vector<const RouteSpec*> by;
  for (const std::uint32_t place : finding.hidden.by) by.push_back(&rules.at(place));
  const std::uint32_t first = finding.hidden.by.front();
  const bool alone = by.size() == 1;
  const bool same = alone && covers(conditions[finding.hidden.rule], conditions[first], kMostCells);

  config::Diagnostic out;
  out.severity = Severity::warning;
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

void name_hidden(const std::vector<RuleSet>& sets, config::Diagnostics& diagnostics) {
  Findings findings;
  std::map<const RouteSpec*, std::size_t> homes;
  for (const auto& rules : sets) {
    for (auto& hidden : hidden_rules(rules.table)) {
      const auto* route = &rules.at(hidden.rule);
      findings[route].push_back({&rules, std::move(hidden)});
    }
    for (const auto* route : rules.routes) ++homes[route];
  }
  for (const auto& [route, found] : findings) {
    const bool everywhere = found.size() == homes[route];
    diagnostics.push_back(say_hidden(*route, found.front(), everywhere));
  }
}

}  // namespace

void analyse(const config::Spec& spec, config::Diagnostics& diagnostics) {
  const auto sets = rule_sets(spec);
  name_hidden(sets, diagnostics);
  const auto before = diagnostics.size();
  for (const auto& rules : sets) {
    name_tried(rules, diagnostics);
    if (diagnostics.size() != before) return;  // other listeners would say much the same
  }
}

}  // namespace gatehouse::routing
