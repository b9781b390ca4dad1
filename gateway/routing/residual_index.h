// The rules of one host and path, told apart by what else they ask for: exact headers, queries,
// methods and addresses are looked up, so that their number does not matter.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/cidr_index.h"
#include "routing/conditions.h"
#include "routing/exact_texts.h"
#include "routing/glob_set.h"
#include "routing/trials.h"

namespace gatehouse::routing {

// A decision tree.  A node holds a few rules that are tried one after another, and an index by one
// condition of each of the others, behind which are further nodes, or a rule that asks for no more.
// Immutable once built.
class ResidualIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  using Entry = Trials::Entry;

  // Adds a node with `entries`, sorted by order, and returns its number; or the order of a rule
  // that asks for no more and hides all others.
  [[nodiscard]] std::uint32_t add(std::vector<Entry> entries, std::span<const Conditions> rules);
  void finish();

  // Lowers `best` to what a value from `add` is known to hold.  True: there may be better under it,
  // for `find`.
  [[nodiscard]] bool lower(std::uint32_t value, std::uint32_t& best) const {
    if (is_firm(value)) {
      best = std::min(best, order_of(value));
      return false;
    }
    const Node& node = nodes_[value];
    best = std::min(best, node.firm);
    return node.lowest < best;
  }
  // Lowers `best` to the order of the first rule under `node` whose conditions all hold.
  void find(std::uint32_t node, const Subject& subject, Scratch& scratch,
            std::uint32_t& best) const;
  // Appends the orders of the rules under a value whose conditions hold.
  void every(std::uint32_t value, const Subject& subject, Scratch& scratch,
             std::vector<std::uint32_t>& out) const;
  // Orders of rules that are tried side by side, one after another: a list for each such place.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> tried(std::size_t more_than) const;

 private:
  // Where the order of a rule that asks for no more stands among the numbers of nodes: with many
  // rules most stand alone, and a node would be one more miss of the cache.
  static constexpr std::uint32_t kFirm = 1U << 31;
  [[nodiscard]] static constexpr bool is_firm(std::uint32_t value) { return (value & kFirm) != 0; }
  [[nodiscard]] static constexpr std::uint32_t order_of(std::uint32_t value) {
    return value & ~kFirm;
  }

  struct Node {
    std::uint32_t lowest;
    std::uint32_t firm = kNone;  // order of the first that asks for no more; it hides those behind
    std::uint32_t trials_at = 0;
    std::uint32_t trials_end = 0;
    std::uint32_t index = kNone;
  };
  struct alignas(32) Index {
    std::uint64_t name_sizes = 0;  // of headers; a bit for each (of 63: and more)
    std::uint32_t lowest = kNone;
    GlobSet::Root methods = GlobSet::kNone;
    GlobSet::Root headers = GlobSet::kNone;  // name, kBetween, value
    GlobSet::Root query = GlobSet::kNone;    // key, kBetween, value
    std::uint32_t source = kNone;            // among the `blocks_`
    std::uint32_t client = kNone;
  };
  class Division;

  // What asks for conditions that are looked up in an index of one node.
  struct Lists;
  std::uint32_t add_index(const Lists& lists);
  std::uint32_t add_blocks(std::vector<CidrIndex::Entry> entries);
  // Calls `accept` with the values behind `index` to which the subject leads, with some perhaps
  // more than once.
  template <typename Accept>
  void look_up(const Index& index, const Subject& subject, Scratch& scratch, std::uint32_t& best,
               Accept accept) const;
  template <typename Accept>
  void look_up_headers(const Index& index, const Subject& subject, Scratch& scratch,
                       std::uint32_t& best, Accept accept) const;

  std::vector<Node> nodes_;
  Trials trials_;
  std::vector<Index> indexes_;
  GlobSet texts_;  // of all indexes
  std::vector<CidrIndex> blocks_;
  std::set<std::string, std::less<>> draft_names_;  // until `finish`
  ExactTexts names_;                                // of headers, whatever index asks for them
};

}  // namespace gatehouse::routing
