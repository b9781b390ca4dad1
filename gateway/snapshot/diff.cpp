#include "snapshot/diff.h"

#include <unordered_map>

namespace gatehouse::snapshot {
namespace {

struct Counts {
  std::size_t added = 0;
  std::size_t changed = 0;
  std::size_t removed = 0;
};

using Contents = std::unordered_map<std::string, std::uint64_t>;

Counts compare(const Contents& before, const Contents& after) {
  Counts counts;
  for (const auto& [name, content] : after) {
    const auto at = before.find(name);
    if (at == before.end()) {
      ++counts.added;
    } else if (at->second != content) {
      ++counts.changed;
    }
  }
  for (const auto& [name, content] : before) counts.removed += after.contains(name) ? 0 : 1;
  return counts;
}

Contents rules_of(const Snapshot& snapshot) {
  Contents out;
  for (const auto& listener : snapshot.listeners) {
    for (const auto& rule : listener->rules) out[rule->name] ^= rule->content;
    if (listener->fallback) out["default of " + listener->name] ^= listener->fallback->content;
  }
  return out;
}

Contents groups_of(const Snapshot& snapshot) {
  Contents out;
  for (const auto& group : snapshot.groups) {
    std::uint64_t content = group.pool.connections + group.pool.idle * 31ULL +
                            group.pool.per_target * 1009ULL + group.pool.queue * 65537ULL;
    for (const auto& target : group.targets) {
      content = content * 31 + std::hash<std::string>()(target.text) + target.weight;
    }
    out[group.name] = content;
  }
  return out;
}

Contents listeners_of(const Snapshot& snapshot) {
  Contents out;
  for (const auto& listener : snapshot.listeners)
    out[listener->name] = std::hash<std::string>()(listener->address);
  return out;
}

void append(std::string& out, const Counts& counts, const char* what) {
  const auto part = [&](std::size_t n, const char* verb) {
    if (n == 0) return;
    if (!out.empty()) out += ", ";
    out += std::to_string(n) + ' ' + what + (n == 1 ? " " : "s ") + verb;
  };
  part(counts.added, "added");
  part(counts.changed, "changed");
  part(counts.removed, "removed");
}

}  // namespace

std::string describe_change(const Snapshot* before, const Snapshot& after) {
  static const Snapshot kNothing;
  const Snapshot& old = before == nullptr ? kNothing : *before;
  std::string out;
  append(out, compare(listeners_of(old), listeners_of(after)), "listener");
  append(out, compare(groups_of(old), groups_of(after)), "target group");
  append(out, compare(rules_of(old), rules_of(after)), "rule");
  return out.empty() ? "no rule, target group or listener changed" : out;
}

}  // namespace gatehouse::snapshot
