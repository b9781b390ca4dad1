// The contract (tests/contract/routes.yaml) is understood, and damage to any of its keys is named
// at its place.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "config/document.h"
#include "config/lines.h"
#include "config/load.h"
#include "unit/config/broken_file.h"
#include "unit/config/fake_source.h"

namespace gatehouse::config {
namespace {

FakeSource environment() {
  FakeSource source;
  source.variables = {{"JWT_SECRET_KEY", "a"}, {"AUTH_SECRET", "b"}, {"COOKIE_KEY", ""}};
  source.files = {{"secrets/empty", ""}};
  return source;
}

// A gateway without any plugin but those that it knows by name.
class NoPlugins final : public Plugins {
 public:
  std::vector<std::string> search(const std::vector<std::string>&) override { return {}; }
  Found find(const std::string&) override { return {}; }
  [[nodiscard]] std::vector<std::string> names() const override { return {}; }
};

// What is said about a file; the keys that are not available yet go to `later`.
std::string said(const std::string& text, std::vector<std::string>* later = nullptr) {
  NoPlugins plugins;
  Diagnostics diagnostics = load(text, environment(), &plugins).diagnostics;
  const auto split = std::stable_partition(diagnostics.begin(), diagnostics.end(),
                                           [](const auto& d) { return d.code != "not-available"; });
  for (auto at = split; later != nullptr && at != diagnostics.end(); ++at) {
    later->push_back(std::to_string(at->span.line) + " " +
                     at->message.substr(1, at->message.find_first_of("':", 1) - 1));
  }
  diagnostics.erase(split, diagnostics.end());
  return render(diagnostics, "routes.yaml", text);
}

void every_row_is_said(const std::string& name) {
  const std::string whole = contract_file("routes.yaml");
  for (const auto& row : broken_files(name)) {
    const std::string text = damaged(whole, row);
    ASSERT_NE(text, "") << row.what << ": stands nowhere in that line";
    EXPECT_EQ(said(text), row.expected) << row.what;
  }
}

TEST(Contract, every_key_is_known_and_what_comes_later_is_refused_by_name) {
  std::vector<std::string> later;
  EXPECT_EQ(said(contract_file("routes.yaml"), &later), "");
  std::sort(later.begin(), later.end(),
            [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); });
  EXPECT_EQ(later,
            (std::vector<std::string>{"18 chat", "32 tls", "37 protocols", "44 health_check",
                                      "50 algorithm", "51 stickiness", "52 slow_start",
                                      "53 deregistration_delay", "54 health_check", "55 fail_open",
                                      "56 outlier", "57 retry", "58 circuit_breaker", "66 auth",
                                      "73 cors", "95 rate_limit", "114 chat", "145 rate_limit"}));
}

TEST(Contract, a_misspelt_key_is_named_with_the_one_that_was_meant) {
  every_row_is_said("misspelt_keys.txt");
}

TEST(Contract, a_wrong_or_missing_value_is_named_at_its_place) {
  every_row_is_said("wrong_values.txt");
}

struct Key {
  std::size_t line, column;
  std::string text;
};

// Names that the user chooses are no keys of a table.
bool is_chosen(const std::vector<std::string>& path, const std::string& key) {
  static const std::set<std::string> kMaps = {"listeners", "target_groups", "header", "query",
                                              "forward"};
  if (path.empty()) return false;
  return kMaps.contains(path.back()) || path == std::vector<std::string>{"plugins"} ||
         (path.back() == "with" && key == "roles");
}

// The keys of tables below `node`, to which `path` leads.
void keys_of(const Document& document, const Node& node, const std::vector<std::string>& path,
             std::vector<Key>& keys) {
  for (std::uint32_t i = node.first; i != 0; i = document.at(i).next) {
    const Node& child = document.at(i);
    if (node.kind == Node::Kind::sequence) {
      keys_of(document, child, path, keys);
      continue;
    }
    if (!is_chosen(path, child.text)) {
      keys.push_back({child.span.line, child.span.column, child.text});
    }
    std::vector<std::string> below = path;
    below.push_back(child.text);
    i = child.next;
    keys_of(document, document.at(i), below, keys);
  }
}

std::vector<Key> contract_keys() {
  Diagnostics none;
  const Document document(contract_file("routes.yaml"), none);
  std::vector<Key> keys;
  keys_of(document, document.root(), {}, keys);
  return keys;
}

// Whether the row damages the key or what stands behind it, up to the next key of the line.
bool damages(const Broken& row, const Key& key, std::size_t next, const Lines& lines) {
  if (row.line != key.line) return false;
  const auto from = lines.line(row.line).find(row.from) + 1;
  return from < next && from + row.from.size() > key.column;
}

TEST(Contract, every_key_has_a_row_in_which_it_is_misspelt) {
  std::multiset<std::string> keys;
  for (const auto& key : contract_keys()) keys.insert(std::to_string(key.line) + " " + key.text);
  std::multiset<std::string> rows;
  for (const auto& row : broken_files("misspelt_keys.txt")) {
    const auto begin = row.from.find_last_of("{ ,", row.from.size() - 1) + 1;
    rows.insert(std::to_string(row.line) + " " +
                row.from.substr(begin, row.from.size() - 1 - begin));
  }
  EXPECT_GT(keys.size(), 200U);
  EXPECT_EQ(rows, keys);
}

TEST(Contract, every_key_has_a_row_in_which_its_value_is_wrong) {
  // A key that stands in several places has one in at least one of them.
  const std::string whole = contract_file("routes.yaml");
  const Lines lines(whole);
  const auto rows = broken_files("wrong_values.txt");
  const auto keys = contract_keys();
  std::set<std::string> without;
  std::set<std::string> with;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool last = i + 1 == keys.size() || keys[i + 1].line != keys[i].line;
    const std::size_t next = last ? SIZE_MAX : keys[i + 1].column;
    const bool found = std::any_of(rows.begin(), rows.end(), [&](const Broken& row) {
      return damages(row, keys[i], next, lines);
    });
    (found ? with : without).insert(keys[i].text);
  }
  std::set<std::string> never;
  std::set_difference(without.begin(), without.end(), with.begin(), with.end(),
                      std::inserter(never, never.end()));
  EXPECT_EQ(never, std::set<std::string>{});
}

}  // namespace
}  // namespace gatehouse::config
