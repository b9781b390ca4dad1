// Which rule decides about a request: host, then path, then what else its conditions ask for, in
// order of priority.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "routing/conditions.h"
#include "routing/exact_texts.h"
#include "routing/glob_set.h"
#include "routing/residual_index.h"
#include "routing/trials.h"

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
    std::uint32_t at;  // of its conditions
  };
  [[nodiscard]] const std::vector<Place>& places() const { return places_; }
  // What they ask for; made anew at each call.
  [[nodiscard]] Conditions conditions(std::uint32_t place) const {
    return whole_.conditions(places_[place].at);
  }
  [[nodiscard]] std::vector<Conditions> conditions() const;

  // Rules that can only be tried one after another, where there are more than `more_than` of them
  // side by side, as places in places(): those of one host and path, and those whose hosts are
  // regular expressions.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> tried(std::size_t more_than) const;

 private:
  struct HostRegex {
    Pattern pattern;
    GlobSet::Root paths;
  };
  struct Draft;

  // Calls `visit` for the paths of each value that the subject's host matches, as long as the
  // lowest order there is below `best`.
  template <typename Visit>
  void each_host(const Subject& subject, Scratch& scratch, std::uint32_t& best, Visit visit) const;
  void match_path(GlobSet::Root paths, const Subject& subject, Scratch& scratch,
                  std::uint32_t& best) const;

  std::vector<Place> places_;  // by order
  bool in_order_ = true;       // a rule's number is its order
  Trials whole_;               // all of each rule, by order
  GlobSet paths_;              // a trie for each host; values are residual_'s
  ResidualIndex residual_;
  GlobSet::Root any_host_ = GlobSet::kNone;
  ExactTexts exact_hosts_;  // values are roots of paths_, here and below
  GlobSet host_patterns_;
  GlobSet::Root patterns_ = GlobSet::kNone;
  std::vector<HostRegex> host_regexes_;
};

}  // namespace gatehouse::routing
