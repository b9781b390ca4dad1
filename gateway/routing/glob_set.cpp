#include "routing/glob_set.h"

#include <algorithm>

#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr bool special(char c) { return c == kAny || c == kOne; }

// How far two texts agree, up to the first wildcard.
std::size_t common(std::string_view a, std::string_view b, std::size_t depth) {
  while (depth < a.size() && depth < b.size() && a[depth] == b[depth] && !special(a[depth]))
    ++depth;
  return depth;
}

}  // namespace

GlobSet::Root GlobSet::add(Patterns patterns) {
  if (patterns.empty()) return kNone;
  std::sort(patterns.begin(), patterns.end());
  const auto root = static_cast<Root>(nodes_.size());
  nodes_.emplace_back();
  // Sorted: what the first and the last agree on, all between them do.
  const std::string& first = patterns.front().text;
  const std::size_t depth = patterns.size() == 1 ? 0 : common(first, patterns.back().text, 0);
  add_label(nodes_[root], std::string_view(first).substr(0, depth));
  fill(root, patterns, {0, patterns.size(), depth}, false);
  return root;
}

void GlobSet::finish() {
  nodes_.shrink_to_fit();
  accepts_.shrink_to_fit();
  labels_.shrink_to_fit();
  keys_.shrink_to_fit();
}

// The patterns of `range` agree in their first `depth` bytes, which lead to `node`.
void GlobSet::fill(std::uint32_t node, const Patterns& patterns, Range range, bool under_star) {
  std::uint32_t lowest = kNone;
  for (std::size_t i = range.begin; i < range.end; ++i)
    lowest = std::min(lowest, patterns[i].order);
  nodes_[node].lowest = lowest;
  const Pattern& first_pattern = patterns[range.begin];
  const std::size_t rest = first_pattern.text.size() - range.depth;
  if (!under_star && range.end - range.begin == 1 && rest != 0 && rest <= UINT16_MAX) {
    nodes_[node].tail = true;
    add_keys(nodes_[node], std::string_view(first_pattern.text).substr(range.depth));
    return add_accepts(nodes_[node], &first_pattern, 1);
  }
  std::size_t i = range.begin;
  while (i < range.end && patterns[i].text.size() == range.depth) ++i;
  add_accepts(nodes_[node], &first_pattern, i - range.begin);

  std::vector<Range> literals;
  while (i < range.end) {
    const char first = patterns[i].text[range.depth];
    std::size_t end = i;
    while (end < range.end && patterns[end].text[range.depth] == first) ++end;
    const Range group{i, end, range.depth + 1};
    i = end;
    if (!special(first)) {
      literals.push_back(group);
      continue;
    }
    const auto child = static_cast<std::uint32_t>(nodes_.size());
    nodes_.emplace_back();
    (first == kAny ? nodes_[node].star : nodes_[node].one) = child;
    nodes_[child].nested = under_star && first == kAny;
    fill(child, patterns, group, under_star || first == kAny);
  }
  if (!literals.empty()) add_literals(node, patterns, literals, under_star);
}

void GlobSet::add_accepts(Node& node, const Pattern* patterns, std::size_t count) {
  if (count == 1 && patterns->order == node.lowest) {
    node.accept_at = patterns->value;
    node.accept_count = kHereOnly;
    return;
  }
  node.accept_at = static_cast<std::uint32_t>(accepts_.size());
  node.accept_count = static_cast<std::uint32_t>(count);
  for (const Pattern* p = patterns; p != patterns + count; ++p)
    accepts_.push_back({p->order, p->value});
}

void GlobSet::add_keys(Node& node, std::string_view keys) {
  node.child_count = static_cast<std::uint16_t>(keys.size());
  if (keys.size() <= Node::kHere) {
    keys.copy(node.keys, Node::kHere);
  } else {
    node.key_at = static_cast<std::uint32_t>(keys_.size());
    keys_ += keys;
  }
}

void GlobSet::add_label(Node& node, std::string_view label) {
  node.label_size = static_cast<std::uint32_t>(label.size());
  if (label.size() <= Node::kHere) {
    label.copy(node.label, Node::kHere);
  } else {
    node.label_at = static_cast<std::uint32_t>(labels_.size());
    labels_ += label;
  }
}

void GlobSet::add_literals(std::uint32_t node, const Patterns& patterns,
                           const std::vector<Range>& groups, bool under_star) {
  const auto child = static_cast<std::uint32_t>(nodes_.size());
  nodes_[node].child = child;
  nodes_.resize(nodes_.size() + groups.size());
  std::string keys;
  for (const auto& group : groups) keys.push_back(patterns[group.begin].text[group.depth - 1]);
  add_keys(nodes_[node], keys);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string& first = patterns[groups[g].begin].text;
    const std::string& last = patterns[groups[g].end - 1].text;
    const std::size_t depth = common(first, last, groups[g].depth);
    add_label(nodes_[child + g],
              std::string_view(first).substr(groups[g].depth - 1, depth - groups[g].depth + 1));
    fill(static_cast<std::uint32_t>(child + g), patterns, {groups[g].begin, groups[g].end, depth},
         under_star);
  }
}

}  // namespace gatehouse::routing
