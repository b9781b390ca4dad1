#include "routing/rule_table.h"

#include <algorithm>
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
  conditions_.reserve(rules.size());
  Draft draft;
  for (auto& rule : rules) {
    in_order_ = in_order_ && rule.rule == places_.size();
    places_.push_back({rule.rule, rule.priority});
    conditions_.push_back(std::move(rule.conditions));
    draft.add(conditions_.back(), static_cast<std::uint32_t>(places_.size() - 1));
  }
  GlobSet::Patterns patterns;
  hosts_.reserve(draft.hosts.size());
  for (auto& [text, host] : draft.hosts) {
    const auto index = static_cast<std::uint32_t>(hosts_.size());
    HostRules made;
    GlobSet::Patterns paths;
    paths.reserve(host.paths.size());
    for (auto& [path, entries] : host.paths) {
      const std::uint32_t lowest = entries.front().order;
      made.lowest = std::min(made.lowest, lowest);
      paths.push_back({path, lowest, value_of(std::move(entries))});
    }
    made.paths = GlobSet(std::move(paths));
    if (text.empty()) {
      any_host_ = index;
    } else if (host.regex != nullptr) {
      host_regexes_.push_back({*host.regex, index});
    } else if (text.find_first_of({kAny, kOne}) == std::string::npos) {
      exact_hosts_.emplace(text, index);
    } else {
      patterns.push_back({text, made.lowest, index});
    }
    hosts_.push_back(std::move(made));
  }
  host_patterns_ = GlobSet(std::move(patterns));
  // The likelier a regular expression is to decide, the earlier it is tried.
  std::sort(host_regexes_.begin(), host_regexes_.end(), [&](const auto& a, const auto& b) {
    return hosts_[a.host].lowest < hosts_[b.host].lowest;
  });
  buckets_.shrink_to_fit();
  residual_.finish();
}

std::uint32_t RuleTable::value_of(std::vector<ResidualIndex::Entry> entries) {
  Bucket bucket;
  const auto firm =
      std::find_if(entries.begin(), entries.end(), [&](const ResidualIndex::Entry& entry) {
        return entry.path_regex == ResidualIndex::kNone &&
               conditions_[entry.order].residual.empty();
      });
  if (firm != entries.end()) bucket.firm = firm->order;
  entries.erase(firm, entries.end());  // what stands behind it never decides here
  // With many rules most stand alone, and a bucket would be one more miss of the cache.
  if (entries.empty()) return kFirm | bucket.firm;
  bucket.node = residual_.add(std::move(entries), conditions_);
  buckets_.push_back(bucket);
  return static_cast<std::uint32_t>(buckets_.size() - 1);
}

void RuleTable::match_path(const HostRules& rules, const Subject& subject, Scratch& scratch,
                           std::uint32_t& best) const {
  rules.paths.match(subject.head.match_path, scratch, best, [&](std::uint32_t index) {
    if ((index & kFirm) != 0) {
      best = std::min(best, index & ~kFirm);
      return;
    }
    const Bucket& bucket = buckets_[index];
    best = std::min(best, bucket.firm);
    if (residual_.lowest(bucket.node) < best) scratch.found.push_back(bucket.node);
  });
}

template <typename Visit>
void RuleTable::each_host(const Subject& subject, Scratch& scratch, std::uint32_t& best,
                          Visit visit) const {
  if (any_host_ != kNoRule) visit(hosts_[any_host_]);
  if (exact_hosts_.empty() && host_patterns_.empty() && host_regexes_.empty()) return;
  scratch.host.assign(subject.head.host_name);
  for (char& c : scratch.host) c = ascii::lower(c);
  if (const auto exact = exact_hosts_.find(scratch.host); exact != exact_hosts_.end())
    visit(hosts_[exact->second]);
  const std::size_t begin = scratch.found.size();
  host_patterns_.match(scratch.host, scratch, best,
                       [&](std::uint32_t host) { scratch.found.push_back(host); });
  // They move to a list of their own, for the walk over paths uses the stack too.
  scratch.hosts.assign(scratch.found.begin() + static_cast<std::ptrdiff_t>(begin),
                       scratch.found.end());
  scratch.found.resize(begin);
  std::sort(scratch.hosts.begin(),
            scratch.hosts.end());  // a pattern may be reached on several ways
  const auto last = std::unique(scratch.hosts.begin(), scratch.hosts.end());
  for (auto host = scratch.hosts.begin(); host != last; ++host) {
    if (hosts_[*host].lowest < best) visit(hosts_[*host]);
  }
  for (const auto& [pattern, host] : host_regexes_) {
    if (hosts_[host].lowest >= best) break;  // sorted
    if (pattern.matches(scratch.host)) visit(hosts_[host]);
  }
}

std::uint32_t RuleTable::match(const Subject& subject, Scratch& scratch) const {
  std::uint32_t best = kNoRule;
  scratch.found.clear();
  each_host(subject, scratch, best,
            [&](const HostRules& rules) { match_path(rules, subject, scratch, best); });
  const std::size_t candidates = scratch.found.size();
  for (std::size_t i = 0; i < candidates; ++i) {
    const std::uint32_t node = scratch.found[i];
    if (residual_.lowest(node) < best) residual_.find(node, subject, conditions_, scratch, best);
  }
  return best == kNoRule || in_order_ ? best : places_[best].rule;
}

void RuleTable::every(const Subject& subject, Scratch& scratch,
                      std::vector<std::uint32_t>& out) const {
  std::uint32_t best = kNoRule;  // never lowered
  scratch.found.clear();
  each_host(subject, scratch, best, [&](const HostRules& rules) {
    rules.paths.match(subject.head.match_path, scratch, best, [&](std::uint32_t index) {
      if ((index & kFirm) != 0) return out.push_back(index & ~kFirm);
      const Bucket& bucket = buckets_[index];
      if (bucket.firm != kNoRule) out.push_back(bucket.firm);
      scratch.found.push_back(bucket.node);
    });
  });
  const std::size_t candidates = scratch.found.size();
  for (std::size_t i = 0; i < candidates; ++i)
    residual_.every(scratch.found[i], subject, conditions_, scratch, out);
}

std::vector<std::vector<std::uint32_t>> RuleTable::tried(std::size_t more_than) const {
  auto out = residual_.tried(more_than);
  if (host_regexes_.size() <= more_than) return out;
  auto& by_host = out.emplace_back();
  for (std::uint32_t order = 0; order < conditions_.size(); ++order) {
    const auto& hosts = conditions_[order].host.values;
    if (std::any_of(hosts.begin(), hosts.end(), [](const Pattern& p) { return p.is_regex(); }))
      by_host.push_back(order);
  }
  return out;
}

std::size_t RuleTable::bytes() const {
  std::size_t sum = sizeof *this + places_.capacity() * sizeof(Place) +
                    buckets_.capacity() * sizeof(Bucket) + residual_.bytes() +
                    host_patterns_.bytes() + hosts_.capacity() * sizeof(HostRules) +
                    exact_hosts_.size() * (sizeof(std::string) + 32);
  for (const auto& host : hosts_) sum += host.paths.bytes();
  return sum;
}

}  // namespace gatehouse::routing
