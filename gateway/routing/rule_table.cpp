#include "routing/rule_table.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/ascii.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr char kRegexKey =
    '\x04';  // in front of a regular expression, which could read like a host

}  // namespace

// What a table is made from: entries by the text of host and path.
struct RuleTable::Draft {
  using Entries = std::vector<ResidualIndex::Entry>;
  struct Host {
    const Pattern* regex = nullptr;
    std::unordered_map<std::string, Entries> paths;
  };
  std::unordered_map<std::string, Host> hosts;  // "": any

  void add(const Conditions& rule, std::uint32_t order) {
    if (rule.host.values.empty()) add_paths(hosts[""], rule, order);
    for (const auto& value : rule.host.values) {
      Host& host = hosts[value.is_regex() ? kRegexKey + value.text() : value.text()];
      if (value.is_regex()) host.regex = &value;
      add_paths(host, rule, order);
    }
  }

  static void add_paths(Host& host, const Conditions& rule, std::uint32_t order) {
    if (rule.path.values.empty()) host.paths[std::string(1, kAny)].push_back({order});
    for (std::size_t i = 0; i < rule.path.values.size(); ++i) {
      const Pattern& value = rule.path.values[i];
      const auto regex = value.is_regex() ? static_cast<std::uint32_t>(i) : ResidualIndex::kNone;
      host.paths[value.wider_glob()].push_back({order, regex});
    }
  }
};

RuleTable::RuleTable(std::vector<RuleInput> rules) {
  std::stable_sort(rules.begin(), rules.end(),
                   [](const RuleInput& a, const RuleInput& b) { return a.priority < b.priority; });
  places_.reserve(rules.size());
  std::vector<Conditions> conditions;  // by order
  conditions.reserve(rules.size());
  Draft draft;
  for (auto& rule : rules) {
    in_order_ = in_order_ && rule.rule == places_.size();
    const auto order = static_cast<std::uint32_t>(places_.size());
    places_.push_back({rule.rule, rule.priority, whole_.add(order, rule.conditions)});
    draft.add(rule.conditions, order);
    conditions.push_back(std::move(rule.conditions));
  }
  std::vector<ExactTexts::Entry> exact;
  GlobSet::Patterns patterns;
  for (auto& [text, host] : draft.hosts) {
    GlobSet::Patterns paths;
    paths.reserve(host.paths.size());
    for (auto& [path, entries] : host.paths) {
      const std::uint32_t lowest = entries.front().order;
      paths.push_back({path, lowest, residual_.add(std::move(entries), conditions)});
    }
    const GlobSet::Root root = paths_.add(std::move(paths));
    if (text.empty()) {
      any_host_ = root;
    } else if (host.regex != nullptr) {
      host_regexes_.push_back({*host.regex, root});
    } else if (text.find_first_of({kAny, kOne}) == std::string::npos) {
      exact.push_back({text, root});
    } else {
      patterns.push_back({text, paths_.lowest(root), root});
    }
  }
  exact_hosts_ = ExactTexts(exact);
  patterns_ = host_patterns_.add(std::move(patterns));
  // The likelier a regular expression is to decide, the earlier it is tried.
  std::sort(host_regexes_.begin(), host_regexes_.end(), [&](const auto& a, const auto& b) {
    return paths_.lowest(a.paths) < paths_.lowest(b.paths);
  });
  paths_.finish();
  host_patterns_.finish();
  residual_.finish();
  whole_.finish();
}

void RuleTable::match_path(GlobSet::Root paths, const Subject& subject, Scratch& scratch,
                           std::uint32_t& best) const {
  paths_.match(paths, subject.head.match_path, scratch, best, [&](std::uint32_t value) {
    if (residual_.lower(value, best)) scratch.found.push_back(value);
  });
}

template <typename Visit>
void RuleTable::each_host(const Subject& subject, Scratch& scratch, std::uint32_t& best,
                          Visit visit) const {
  if (any_host_ != GlobSet::kNone) visit(any_host_);
  if (exact_hosts_.empty() && patterns_ == GlobSet::kNone && host_regexes_.empty()) return;
  scratch.host.assign(subject.head.host_name);
  ascii::make_lower(scratch.host);
  if (const auto exact = exact_hosts_.find(scratch.host); exact != ExactTexts::kNone) visit(exact);
  const std::size_t begin = scratch.found.size();
  host_patterns_.match(patterns_, scratch.host, scratch, best,
                       [&](GlobSet::Root paths) { scratch.found.push_back(paths); });
  // They move to a list of their own, for the walk over paths uses the stack too.
  scratch.hosts.assign(scratch.found.begin() + static_cast<std::ptrdiff_t>(begin),
                       scratch.found.end());
  scratch.found.resize(begin);
  std::sort(scratch.hosts.begin(),
            scratch.hosts.end());  // a pattern may be reached on several ways
  const auto last = std::unique(scratch.hosts.begin(), scratch.hosts.end());
  for (auto paths = scratch.hosts.begin(); paths != last; ++paths) visit(*paths);
  for (const auto& [pattern, paths] : host_regexes_) {
    if (paths_.lowest(paths) >= best) break;  // sorted
    if (pattern.matches(scratch.host)) visit(paths);
  }
}

std::uint32_t RuleTable::match(const Subject& subject, Scratch& scratch) const {
  std::uint32_t best = kNoRule;
  scratch.found.clear();
  each_host(subject, scratch, best,
            [&](GlobSet::Root paths) { match_path(paths, subject, scratch, best); });
  const std::size_t candidates = scratch.found.size();
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::uint32_t node = scratch.found[i];
    if (residual_.lower(node, best)) residual_.find(node, subject, scratch, best);
  }
  return best == kNoRule || in_order_ ? best : places_[best].rule;
}

void RuleTable::every(const Subject& subject, Scratch& scratch,
                      std::vector<std::uint32_t>& out) const {
  std::uint32_t best = kNoRule;  // never lowered
  scratch.found.clear();
  each_host(subject, scratch, best, [&](GlobSet::Root paths) {
    paths_.match(paths, subject.head.match_path, scratch, best,
                 [&](std::uint32_t value) { scratch.found.push_back(value); });
  });
  const std::size_t candidates = scratch.found.size();
  for (std::size_t i = 0; i < candidates; ++i)
    residual_.every(scratch.found[i], subject, scratch, out);
}

std::vector<Conditions> RuleTable::conditions() const {
  std::vector<Conditions> out;
  out.reserve(places_.size());
  for (const auto& place : places_) out.push_back(whole_.conditions(place.at));
  return out;
}

std::vector<std::vector<std::uint32_t>> RuleTable::tried(std::size_t more_than) const {
  auto out = residual_.tried(more_than);
  if (host_regexes_.size() <= more_than) return out;
  auto& by_host = out.emplace_back();
  for (std::uint32_t order = 0; order < places_.size(); ++order) {
    const auto hosts = conditions(order).host.values;
    if (std::any_of(hosts.begin(), hosts.end(), [](const Pattern& p) { return p.is_regex(); }))
      by_host.push_back(order);
  }
  return out;
}

}  // namespace gatehouse::routing
