#include "routing/rule_table.h"

#include <map>

#include "base/ascii.h"

namespace gatehouse::routing {
namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii::lower(c);
  return out;
}

}  // namespace

RuleTable::RuleTable(std::span<const RuleInput> rules) {
  std::vector<const RuleInput*> sorted;
  sorted.reserve(rules.size());
  for (const auto& rule : rules) sorted.push_back(&rule);
  std::stable_sort(sorted.begin(), sorted.end(), [](const RuleInput* a, const RuleInput* b) {
    return a->priority < b->priority;
  });

  std::map<std::string, std::vector<std::pair<std::string, std::uint32_t>>> by_host;  // "": any
  for (const RuleInput* rule : sorted) {
    const auto order = static_cast<std::uint32_t>(order_.size());
    order_.push_back({rule->rule, rule->conditional});
    const std::vector<std::string> any_host{""};
    const std::vector<std::string> any_path{"*"};
    for (const auto& host : rule->hosts.empty() ? any_host : rule->hosts) {
      auto& set = by_host[lowered(host)];
      for (const auto& path : rule->paths.empty() ? any_path : rule->paths)
        set.emplace_back(path, order);
    }
  }
  std::vector<std::pair<std::string, std::uint32_t>> patterns;
  for (auto& [host, set] : by_host) {
    const auto index = static_cast<std::uint32_t>(paths_.size());
    paths_.emplace_back(std::move(set));
    if (host.empty()) {
      any_host_ = index;
    } else if (host.find_first_of("*?") == std::string::npos) {
      exact_hosts_.emplace(host, index);
    } else {
      patterns.emplace_back(host, index);
    }
  }
  if (!patterns.empty()) host_patterns_ = std::make_unique<GlobSet>(std::move(patterns));
}

void RuleTable::collect_hosts(std::string_view host, Scratch& scratch) const {
  scratch.lower.assign(host);
  for (char& c : scratch.lower) c = ascii::lower(c);
  const auto exact = exact_hosts_.find(scratch.lower);
  if (exact != exact_hosts_.end()) scratch.hosts.push_back(exact->second);
  if (host_patterns_ == nullptr) return;
  scratch.found.clear();
  std::uint32_t best = kNoRule;
  host_patterns_->match(scratch.lower, scratch, best, [](std::uint32_t) { return false; });
  // A pattern may be reached on several ways.
  std::sort(scratch.found.begin(), scratch.found.end());
  const auto last = std::unique(scratch.found.begin(), scratch.found.end());
  scratch.hosts.insert(scratch.hosts.end(), scratch.found.begin(), last);
}

std::size_t RuleTable::bytes() const {
  std::size_t sum = sizeof *this + order_.capacity() * sizeof(Entry) +
                    exact_hosts_.size() * (sizeof(std::string) + 32);
  for (const auto& set : paths_) sum += set.bytes();
  return sum + (host_patterns_ ? host_patterns_->bytes() : 0);
}

}  // namespace gatehouse::routing
