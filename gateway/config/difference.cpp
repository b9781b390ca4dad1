#include "config/difference.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace gatehouse::config {
namespace {

// A node with the document that its children are in.
struct At {
  const Document* document;
  const Node* node;  // null: there is none
};
using Entries = std::vector<std::pair<std::string, At>>;  // in the order of the file

std::vector<At> children(At at) {
  std::vector<At> out;
  for (auto index = at.node->first; index != 0; index = at.document->at(index).next)
    out.push_back({at.document, &at.document->at(index)});
  return out;
}

Entries entries(At at) {
  Entries out;
  if (at.node == nullptr || at.node->kind != Node::Kind::map) return out;
  const auto all = children(at);
  for (std::size_t i = 0; i + 1 < all.size(); i += 2)
    out.emplace_back(all[i].node->text, all[i + 1]);
  return out;
}

At find(At at, std::string_view key) {
  for (const auto& [name, value] : entries(at)) {
    if (name == key) return value;
  }
  return {at.document, nullptr};
}

std::string text(At at) { return at.node == nullptr ? "" : at.node->text; }

bool same(At a, At b);

bool same_entries(At a, At b) {
  const Entries left = entries(a);
  const Entries right = entries(b);
  return left.size() == right.size() &&
         std::all_of(left.begin(), left.end(), [&](const auto& each) {
           const At other = find(b, each.first);
           return other.node != nullptr && same(each.second, other);
         });
}

bool same(At a, At b) {
  // A list of one value is that value.
  const auto alone = [](At at) {
    return at.node->kind == Node::Kind::sequence && at.node->count == 1 ? children(at)[0] : at;
  };
  a = alone(a);
  b = alone(b);
  if (a.node->kind != b.node->kind) return false;
  if (a.node->kind == Node::Kind::map) return same_entries(a, b);
  if (a.node->kind != Node::Kind::sequence) return a.node->text == b.node->text;
  const auto left = children(a);
  const auto right = children(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same);
}

// The keys of two maps whose values differ.
std::vector<std::string> different_keys(At before, At after) {
  std::vector<std::string> out;
  for (const auto& [key, value] : entries(before)) {
    const At other = find(after, key);
    if (other.node == nullptr || !same(value, other)) out.push_back(key);
  }
  for (const auto& [key, value] : entries(after)) {
    if (find(before, key).node == nullptr) out.push_back(key);
  }
  return out;
}

Entries routes(At root) {
  Entries out;
  const At list = find(root, "routes");
  if (list.node == nullptr || list.node->kind != Node::Kind::sequence) return out;
  for (const At& route : children(list)) out.emplace_back(text(find(route, "name")), route);
  return out;
}

void compare(const std::string& section, const Entries& before, const Entries& after,
             std::vector<Difference>& out) {
  const std::map<std::string, At> old(before.begin(), before.end());
  const std::map<std::string, At> fresh(after.begin(), after.end());
  const auto priority = [](At at) { return text(find(at, "priority")); };
  for (const auto& [name, at] : before) {
    if (!fresh.contains(name))
      out.push_back({Difference::Kind::removed, section, name, {}, priority(at), ""});
  }
  for (const auto& [name, at] : after) {
    const auto was = old.find(name);
    if (was == old.end()) {
      out.push_back({Difference::Kind::added, section, name, {}, "", priority(at)});
      continue;
    }
    auto keys = different_keys(was->second, at);
    const auto moved =
        section == "route" ? std::find(keys.begin(), keys.end(), "priority") : keys.end();
    if (moved != keys.end()) {
      keys.erase(moved);
      out.push_back(
          {Difference::Kind::moved, section, name, {}, priority(was->second), priority(at)});
    }
    if (!keys.empty()) out.push_back({Difference::Kind::changed, section, name, keys, "", ""});
  }
}

}  // namespace

std::vector<Difference> differences(const Document& before, const Document& after) {
  const At old{&before, &before.root()};
  const At fresh{&after, &after.root()};
  std::vector<Difference> out;
  compare("listener", entries(find(old, "listeners")), entries(find(fresh, "listeners")), out);
  compare("target group", entries(find(old, "target_groups")),
          entries(find(fresh, "target_groups")), out);
  compare("route", routes(old), routes(fresh), out);
  for (const auto& key : different_keys(old, fresh)) {
    if (key != "listeners" && key != "target_groups" && key != "routes")
      out.push_back({Difference::Kind::changed, "", key, {}, "", ""});
  }
  return out;
}

}  // namespace gatehouse::config
