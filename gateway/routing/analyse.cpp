#include "routing/analyse.h"

#include <algorithm>

#include "routing/findings.h"

namespace gatehouse::routing {
namespace {

constexpr std::size_t kUnnoticed = 10;  // so many trials are below what a request varies by
constexpr std::size_t kNanosecondsEach =
    80;  // RE2 on a path of 20 bytes (routing_bench: 60 to 110)
constexpr std::size_t kNamed = 5;

void name_tried(const RuleSet& rules, config::Diagnostics& diagnostics) {
  for (const auto& orders : rules.table.tried(kUnnoticed)) {
    std::string names;
    for (std::size_t i = 0; i < std::min(orders.size(), kNamed); ++i)
      names += (i == 0 ? "" : ", ") + rules.at(orders[i]).name.value;
    if (orders.size() > kNamed) names += ", …";
    const std::size_t ns = orders.size() * kNanosecondsEach;
    diagnostics.push_back(
        {config::Severity::warning, "tried-one-by-one", rules.at(orders.front()).name.span,
         std::to_string(orders.size()) + " rules are tried one after another: " + names +
             " (up to " + std::to_string(ns / 1000) + "." + std::to_string(ns % 1000 / 100) +
             " us for a request)",
         "patterns with * and ?, and regexes of paths that begin with ^ and plain text, are "
         "looked up"});
  }
}

}  // namespace

void analyse(const config::Spec& spec, Notes notes, config::Diagnostics& diagnostics,
             std::span<const RuleTable* const> tables) {
  const auto sets = rule_sets(spec, tables);
  const auto hidden = name_hidden(sets, diagnostics);
  if (notes == Notes::wanted) name_overlaps(sets, hidden, diagnostics);
  const auto before = diagnostics.size();
  for (const auto& rules : sets) {
    name_tried(rules, diagnostics);
    if (diagnostics.size() != before) return;  // other listeners would say much the same
  }
}

}  // namespace gatehouse::routing
