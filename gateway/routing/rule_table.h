// Which rule decides about a request: host, then path, then what else its conditions ask for, in
// order of priority.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "routing/conditions.h"
#include "routing/glob_set.h"
#include "routing/residual_index.h"

namespace gatehouse::routing {

inline constexpr std::uint32_t kNoRule = UINT32_MAX;

// One rule as the table sees it.
struct RuleInput {
  std::uint32_t rule = 0;  // what a match answers
  std::uint32_t priority = 0;
  Conditions conditions;
};

// Immutable once built; shared by all workers.
class RuleTable {
 public:
  RuleTable() = default;
  explicit RuleTable(std::vector<RuleInput> rules);

  // The rule of the lowest priority whose conditions all hold, or kNoRule.
  // Cost: a walk over the path for each of: the exact host, the host patterns that match, the rules
  // for any host; a trial of each regular expression for hosts; more only where a rule of that host
  // and path asks for more.  No allocation once `scratch` is warm.
  [[nodiscard]] std::uint32_t match(const Subject& subject, Scratch& scratch) const;

  // All rules whose conditions hold, as places in places(), in no order and perhaps more than once;
  // without those that stand behind a rule of the same host and path which asks for nothing else.
  // Cost: with the number of rules that hold.
  void every(const Subject& subject, Scratch& scratch, std::vector<std::uint32_t>& out) const;

  // The rules from the lowest priority to the highest, for those who must look at each.
  struct Place {
    std::uint32_t rule;
    std::uint32_t priority;
  };
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  [[nodiscard]] const std::vector<Conditions>& conditions() const { return conditions_; }

  // Rules that can only be tried one after another, where there are more than `more_than` of them
  // side by side, as places in places(): those of one host and path, and those whose hosts are
  // regular expressions.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> tried(std::size_t more_than) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  // The rules of one host and one pattern for the path.
  struct Bucket {
    std::uint32_t firm = kNoRule;  // order of the first that asks for nothing more
    std::uint32_t node = ResidualIndex::kNone;
  };
  // The rules of one host.
  struct HostRules {
    GlobSet paths;  // values are buckets, or kFirm and the order of a rule that asks for no more
    std::uint32_t lowest = kNoRule;
  };
  struct HostRegex {
    Pattern pattern;
    std::uint32_t host;
  };
  struct Draft;

  // Calls `visit` for the rules of each value that the subject's host matches, as long as their
  // lowest order is below `best`.
  template <typename Visit>
  void each_host(const Subject& subject, Scratch& scratch, std::uint32_t& best, Visit visit) const;
  std::uint32_t value_of(std::vector<ResidualIndex::Entry> entries);
  void match_path(const HostRules& rules, const Subject& subject, Scratch& scratch,
                  std::uint32_t& best) const;

  static constexpr std::uint32_t kFirm = 1U << 31;

  std::vector<Place> places_;           // by order
  bool in_order_ = true;                // a rule's number is its order
  std::vector<Conditions> conditions_;  // by order
  std::vector<HostRules> hosts_;
  std::vector<Bucket> buckets_;
  ResidualIndex residual_;
  std::uint32_t any_host_ = kNoRule;  // index into hosts_
  std::unordered_map<std::string, std::uint32_t> exact_hosts_;
  GlobSet host_patterns_;  // values are indexes into hosts_
  std::vector<HostRegex> host_regexes_;
};

}  // namespace gatehouse::routing
