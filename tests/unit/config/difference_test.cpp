#include "config/difference.h"

#include <gtest/gtest.h>

namespace gatehouse::config {
namespace {

// "route a moved 1 > 2; route a changed when action", …
std::string between(const std::string& before, const std::string& after) {
  Diagnostics none;
  std::string out;
  for (const auto& each : differences(Document(before, none), Document(after, none))) {
    constexpr const char* kWords[] = {"added", "removed", "changed", "moved"};
    out += (out.empty() ? "" : "; ") + each.section + (each.section.empty() ? "" : " ") +
           each.name + " " + kWords[static_cast<std::size_t>(each.kind)];
    for (const auto& key : each.keys) out += " " + key;
    if (!each.before.empty()) out += " " + each.before + " > " + each.after;
  }
  EXPECT_TRUE(none.empty());
  return out;
}

struct Change {
  const char* before;
  const char* after;
  const char* expected;
};

TEST(Difference, says_what_is_said_otherwise) {
  const Change rows[] = {
      {"version: 1", "version: 1", ""},
      {"a: 1\nb: [x, y]", "b: # z\n  - 'x'\n  - \"y\"\na: 1", ""},
      {"workers: 1", "workers: 2", "workers changed"},
      {"workers: 1", "{}", "workers changed"},
      {"{}", "workers: 1", "workers changed"},
      {"listeners: {a: {address: x}}", "listeners: {b: {address: x}}",
       "listener a removed; listener b added"},
      {"target_groups: {a: {targets: [x], pool: {idle: 1}}}", "target_groups: {a: {targets: [y]}}",
       "target group a changed targets pool"},
      {"routes: [{name: a, priority: 1}]", "routes: [{priority: 2, name: a}]",
       "route a moved 1 > 2"},
      {"routes: [{name: a, priority: 1, when: {path: /x}}]",
       "routes: [{name: a, priority: 1, when: {path: /y}}]", "route a changed when"},
      {"routes: [{name: a, priority: 1}, {name: b, priority: 2}]",
       "routes: [{name: b, priority: 2}, {name: a, priority: 1}]", ""},
  };
  for (const auto& row : rows)
    EXPECT_EQ(between(row.before, row.after), row.expected) << row.before << "\n" << row.after;
}

}  // namespace
}  // namespace gatehouse::config
