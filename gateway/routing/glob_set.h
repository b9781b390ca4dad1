// Many patterns matched at once, at the cost of about one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "routing/glob.h"

namespace gatehouse::routing {

// What a match needs while it runs; reused, so that nothing is allocated once it is warm.  One per
// worker.
struct Scratch {
  struct Visit {
    std::uint32_t star;
    std::uint32_t at;
  };
  std::vector<Visit> visits;
  std::vector<std::uint32_t> found;  // what is still to be looked at, a stack
  std::vector<std::uint32_t> hosts;
  std::string host;  // in lower case
  std::string text;
};

// Tries in one piece of memory.  Their edges are runs of literal bytes, `?` and `*`; patterns share
// the nodes of a common beginning, wildcards included; what only one pattern goes on with is
// matched as it stands, unless a star stands before it, from which it would be tried again and
// again.  Immutable once finished; flat, so freeing 10,000 tries is a few frees, and a small one
// takes a line of the cache.
class GlobSet {
 public:
  struct Pattern {
    std::string text;     // compiled (glob.h)
    std::uint32_t order;  // lower wins
    std::uint32_t value;
    auto operator<=>(const Pattern&) const = default;
  };
  using Patterns = std::vector<Pattern>;

  // Where a trie begins.
  using Root = std::uint32_t;
  static constexpr Root kNone = UINT32_MAX;

  // Adds a trie; of no patterns it is kNone.
  [[nodiscard]] Root add(Patterns patterns);
  // When there will be no more.
  void finish();

  // Calls `accept(value)` for the patterns of a trie that match all of `text`, for each perhaps
  // more than once, leaving out those whose order cannot beat `best`, which `accept` may lower.
  template <typename Accept>
  void match(Root root, std::string_view text, Scratch& scratch, std::uint32_t& best,
             Accept accept) const;

  // The lowest order in a trie.
  [[nodiscard]] std::uint32_t lowest(Root root) const { return nodes_[root].lowest; }

 private:
  static constexpr std::uint32_t kHereOnly = UINT32_MAX;
  // One cache line: with many rules each step of a walk is a miss.
  struct alignas(64) Node {
    static constexpr std::size_t kHere = 12;  // bytes of label and of keys that lie in the node
    std::uint32_t label_at = 0;
    std::uint32_t label_size = 0;  // literal bytes on the way into this node, or of a root
    std::uint32_t child = 0;       // the first of its literal children, which lie side by side
    std::uint32_t key_at = 0;      // their first bytes
    std::uint16_t child_count = 0;
    bool nested = false;          // a star under another star: may be reached again
    bool tail = false;            // no children: their keys are what the only pattern goes on with
    std::uint32_t one = kNone;    // the child behind `?`
    std::uint32_t star = kNone;   // the child behind `*`
    std::uint32_t accept_at = 0;  // or the value itself, if there is one, of the lowest order
    std::uint32_t accept_count = 0;  // or kHereOnly
    std::uint32_t lowest = kNone;    // the lowest order in this subtree
    char label[kHere] = {};          // in place of label_at, if it is that short
    char keys[kHere] = {};           // in place of key_at, if they are that few
  };
  static_assert(sizeof(Node) == 64);
  struct Range {
    std::size_t begin;
    std::size_t end;
    std::size_t depth;
  };
  struct Accepted {
    std::uint32_t order;
    std::uint32_t value;
  };

  [[nodiscard]] std::string_view label_of(const Node& node) const {
    return {node.label_size <= Node::kHere ? node.label : labels_.data() + node.label_at,
            node.label_size};
  }
  [[nodiscard]] std::string_view keys_of(const Node& node) const {
    return {node.child_count <= Node::kHere ? node.keys : keys_.data() + node.key_at,
            node.child_count};
  }
  void fill(std::uint32_t node, const Patterns& patterns, Range range, bool under_star);
  void add_accepts(Node& node, const Pattern* patterns, std::size_t count);
  void add_keys(Node& node, std::string_view keys);
  void add_label(Node& node, std::string_view label);
  void add_literals(std::uint32_t node, const Patterns& patterns, const std::vector<Range>& groups,
                    bool under_star);

  template <typename Accept>
  struct Walk;

  std::vector<Node> nodes_;
  std::vector<Accepted> accepts_;
  std::string labels_;
  std::string keys_;
};

template <typename Accept>
struct GlobSet::Walk {
  const GlobSet& set;
  std::string_view text;
  Scratch& scratch;
  std::uint32_t& best;
  Accept accept_value;

  void accept(const Node& node) {
    if (node.accept_count == kHereOnly) {
      if (node.lowest < best) accept_value(node.accept_at);
      return;
    }
    for (std::uint32_t i = 0; i < node.accept_count; ++i) {
      const Accepted& accepted = set.accepts_[node.accept_at + i];
      if (accepted.order >= best) return;  // sorted
      accept_value(accepted.value);
    }
  }

  [[nodiscard]] const Node* literal_child(const Node& node, std::size_t at) const {
    const auto i = set.keys_of(node).find(text[at]);
    if (i == std::string_view::npos) return nullptr;
    const Node& child = set.nodes_[node.child + i];
    if (text.size() - at < child.label_size) return nullptr;
    return text.substr(at, child.label_size) == set.label_of(child) ? &child : nullptr;
  }

  // `node` was entered with `at` bytes of the text used up.
  void run(const Node* node, std::size_t at) {
    while (node != nullptr && node->lowest < best) {
      if (node->tail) {
        if (glob_matches(set.keys_of(*node), text.substr(at))) accept(*node);
        return;
      }
      if (node->star != kNone) star(set.nodes_[node->star], node->star, at);
      if (at == text.size()) return accept(*node);
      if (node->one != kNone) run(&set.nodes_[node->one], at + 1);
      node = node->child_count == 0 ? nullptr : literal_child(*node, at);
      if (node != nullptr) at += node->label_size;
    }
  }

  void star(const Node& node, std::uint32_t index, std::size_t at) {
    if (node.lowest >= best) return;
    accept(node);  // a star at the end takes the rest, whatever it is
    if (node.child_count == 0 && node.one == kNone) return;
    // What this star could still reach from here, it could from where it was before.
    if (node.nested) {
      for (auto& visit : scratch.visits) {
        if (visit.star != index) continue;
        if (visit.at <= at) return;
        visit.at = static_cast<std::uint32_t>(at);
        return scan(node, at);
      }
      scratch.visits.push_back({index, static_cast<std::uint32_t>(at)});
    }
    scan(node, at);
  }

  void scan(const Node& node, std::size_t at) {
    const char only = node.child_count == 1 && node.one == kNone ? set.keys_of(node)[0] : '\0';
    for (; at < text.size() && node.lowest < best; ++at) {
      if (only != '\0') {
        at = text.find(only, at);
        if (at == std::string_view::npos) return;
      }
      if (node.one != kNone) run(&set.nodes_[node.one], at + 1);
      if (const Node* child = node.child_count == 0 ? nullptr : literal_child(node, at)) {
        run(child, at + child->label_size);
      }
    }
  }
};

template <typename Accept>
void GlobSet::match(Root root, std::string_view text, Scratch& scratch, std::uint32_t& best,
                    Accept accept) const {
  if (root == kNone) return;
  scratch.visits.clear();
  const std::string_view label = label_of(nodes_[root]);
  if (text.starts_with(label))
    Walk<Accept>{*this, text, scratch, best, accept}.run(&nodes_[root], label.size());
}

}  // namespace gatehouse::routing
