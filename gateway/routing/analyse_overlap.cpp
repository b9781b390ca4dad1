#include <algorithm>
#include <unordered_map>

#include "routing/findings.h"
#include "routing/overlap.h"

namespace gatehouse::routing {
namespace {

using config::RouteSpec;

constexpr std::size_t kMost = 3;  // earlier rules that are named of one

// A number for each place; the same number where the same happens.
std::vector<std::uint32_t> outcomes(const RuleSet& rules) {
  std::unordered_map<std::string, std::uint32_t> known;
  std::vector<std::uint32_t> out;
  for (std::uint32_t i = 0; i < rules.table.places().size(); ++i) {
    const auto number = static_cast<std::uint32_t>(known.size());
    out.push_back(known.emplace(outcome_of(rules.at(i)), number).first->second);
  }
  return out;
}

config::Diagnostic say(const RuleSet& rules, const std::vector<const Overlap*>& found) {
  const Overlap& first = *found.front();
  const RouteSpec& route = rules.at(first.later);
  std::vector<const RouteSpec*> by;
  std::uint32_t lowest = rules.at(first.earlier).priority.value;
  for (const auto* overlap : found) {
    by.push_back(&rules.at(overlap->earlier));
    lowest = std::min(lowest, by.back()->priority.value);
  }
  config::Diagnostic out;
  out.severity = config::Severity::note;
  out.code = "order-decides";
  out.span = route.name.span;
  out.message = "some requests that '" + route.name.value + "' asks for go to " + named(by) +
                ", which come" + (by.size() == 1 ? "s" : "") + " first";
  out.hint = "if they are meant for '" + route.name.value +
             "', give it a lower priority number than " + std::to_string(lowest);
  for (const auto* other : by) out.related.push_back({other->name.span, "takes some requests"});
  out.witness = witness_of(rules, first.request, first.earlier);
  return out;
}

void say_how_far(const RuleSet& rules, std::uint32_t looked_at, config::Diagnostics& diagnostics) {
  if (looked_at >= rules.table.places().size()) return;
  diagnostics.push_back({config::Severity::note, "too-many-rules", rules.at(looked_at).name.span,
                         "rules from here on were not looked at for overlaps: all together would "
                         "take too long",
                         ""});
}

}  // namespace

void name_overlaps(const std::vector<RuleSet>& sets,
                   const std::vector<std::set<std::uint32_t>>& hidden,
                   config::Diagnostics& diagnostics) {
  std::set<const RouteSpec*> said;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const RuleSet& rules = sets[i];
    std::vector<bool> skip(rules.table.places().size());
    for (const std::uint32_t place : hidden[i]) skip[place] = true;
    const auto all = overlaps(rules.table, outcomes(rules), skip, kMost);
    for (auto at = all.found.begin(); at != all.found.end();) {
      std::vector<const Overlap*> of_one;
      for (const std::uint32_t later = at->later; at != all.found.end() && at->later == later; ++at)
        of_one.push_back(&*at);
      if (said.insert(&rules.at(of_one.front()->later)).second)
        diagnostics.push_back(say(rules, of_one));
    }
    say_how_far(rules, all.looked_at, diagnostics);
  }
}

}  // namespace gatehouse::routing
