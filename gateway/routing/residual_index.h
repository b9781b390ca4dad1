// The rules of one host and path, told apart by what else they ask for: exact headers, queries,
// methods and addresses are looked up, so that their number does not matter.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/cidr_index.h"
#include "routing/conditions.h"
#include "routing/glob_set.h"

namespace gatehouse::routing {

// A decision tree.  A node holds a few rules that are tried one after another, and an index by one
// condition of each of the others, behind which are further nodes.  Immutable once built.
class ResidualIndex {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  // A rule on its way down the tree.
  struct Entry {
    std::uint32_t order;               // lower wins; also its place among the table's conditions
    std::uint32_t path_regex = kNone;  // the value of its path that must still be tried
    std::uint64_t met = 0;             // a bit for each residual condition that has been looked up
  };

  // Adds a node with `entries`, sorted by order; returns its number.
  std::uint32_t add(std::vector<Entry> entries, std::span<const Conditions> rules);
  void finish();

  [[nodiscard]] std::uint32_t lowest(std::uint32_t node) const { return nodes_[node].lowest; }
  // Lowers `best` to the order of the first rule under `node` whose conditions all hold.
  void find(std::uint32_t node, const Subject& subject, std::span<const Conditions> rules,
            Scratch& scratch, std::uint32_t& best) const;
  // Appends the orders of the rules under `node` whose conditions hold.
  void every(std::uint32_t node, const Subject& subject, std::span<const Conditions> rules,
             Scratch& scratch, std::vector<std::uint32_t>& out) const;
  // Orders of rules that are tried side by side, one after another: a list for each such place.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> tried(std::size_t more_than) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Node {
    std::uint32_t lowest;
    std::uint32_t entry_at;
    std::uint32_t entry_count;
    std::uint32_t index = kNone;
  };
  struct Index {
    std::uint32_t lowest = kNone;
    std::vector<std::pair<std::string, std::uint32_t>> methods;  // sorted
    std::vector<std::string> names;                              // of headers, sorted by size first
    std::uint64_t name_sizes = 0;  // a bit for each size (of 63: and more)
    GlobSet headers;               // name, kBetween, value
    GlobSet query;                 // key, kBetween, value
    CidrIndex source;
    CidrIndex client;
  };
  class Division;

  [[nodiscard]] bool holds(const Entry& entry, const Subject& subject,
                           std::span<const Conditions> rules) const;
  // Puts the nodes behind `node` to which the subject leads on top of `scratch.found`, each once.
  void push_children(const Node& node, const Subject& subject, Scratch& scratch,
                     std::uint32_t& best) const;
  void look_up(const Index& index, const Subject& subject, Scratch& scratch,
               std::uint32_t& best) const;
  void look_up_headers(const Index& index, const Subject& subject, Scratch& scratch,
                       std::uint32_t& best) const;

  std::vector<Node> nodes_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<Index>> indexes_;
};

}  // namespace gatehouse::routing
