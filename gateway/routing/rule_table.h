// Which rule decides about a request: host, then path, then what else its conditions ask for, in
// order of priority.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "routing/glob_set.h"

namespace gatehouse::routing {

inline constexpr std::uint32_t kNoRule = UINT32_MAX;

// One rule as the table sees it.  Values of one condition: any of them; no value: any host, any
// path.
struct RuleInput {
  std::uint32_t rule = 0;  // what a match answers
  std::uint32_t priority = 0;
  std::vector<std::string> hosts;  // globs, case ignored
  std::vector<std::string> paths;  // globs, case matters
  bool conditional = false;        // more conditions than host and path: `residual` decides
};

// Immutable once built; shared by all workers.
class RuleTable {
 public:
  RuleTable() = default;
  explicit RuleTable(std::span<const RuleInput> rules);

  // The rule of the lowest priority whose host and path match; `host` without port, `path`
  // canonical. Cost: a walk for each of: the exact host, the host patterns that match, the rules
  // for any host.
  [[nodiscard]] std::uint32_t match(std::string_view host, std::string_view path,
                                    Scratch& scratch) const {
    return match_if(host, path, scratch, [](std::uint32_t) { return true; });
  }
  // The same with the further conditions: `residual(rule)` is asked about conditional rules in
  // order of priority.
  template <typename Residual>
  [[nodiscard]] std::uint32_t match_if(std::string_view host, std::string_view path,
                                       Scratch& scratch, Residual residual) const;

  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Entry {
    std::uint32_t rule;
    bool conditional;
  };
  void collect_hosts(std::string_view host, Scratch& scratch) const;

  std::vector<Entry> order_;  // by priority
  std::vector<GlobSet> paths_;
  std::uint32_t any_host_ = kNoRule;  // index into paths_
  std::unordered_map<std::string, std::uint32_t> exact_hosts_;
  std::unique_ptr<GlobSet> host_patterns_;  // their order is an index into paths_
};

template <typename Residual>
std::uint32_t RuleTable::match_if(std::string_view host, std::string_view path, Scratch& scratch,
                                  Residual residual) const {
  scratch.hosts.clear();
  if (any_host_ != kNoRule) scratch.hosts.push_back(any_host_);
  if (!exact_hosts_.empty() || host_patterns_ != nullptr) collect_hosts(host, scratch);
  scratch.found.clear();
  std::uint32_t best = kNoRule;
  for (const std::uint32_t set : scratch.hosts) {
    paths_[set].match(path, scratch, best,
                      [this](std::uint32_t order) { return !order_[order].conditional; });
  }
  std::sort(scratch.found.begin(), scratch.found.end());
  for (const std::uint32_t order : scratch.found) {
    if (!order_[order].conditional || residual(order_[order].rule)) return order_[order].rule;
  }
  return kNoRule;
}

}  // namespace gatehouse::routing
