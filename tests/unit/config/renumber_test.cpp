#include "config/renumber.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "lib/spec.h"

namespace gatehouse::config {
namespace {

std::string file(const std::string& routes) {
  return "version: 1\nlisteners: {a: {address: '0.0.0.0:80'}, b: {address: "
         "'0.0.0.0:81'}}\nroutes:\n" +
         routes;
}

std::string renumbered(const std::string& routes) {
  const std::string text = file(routes);
  const Loaded loaded = load(text, test::NoSource());
  EXPECT_TRUE(loaded.good()) << render(loaded.diagnostics, "routes.yaml", text);
  const auto out = renumber(text, loaded.spec);
  return out ? out->substr(file("").size()) : out.error().text();
}

constexpr const char* kGone = ", action: {respond: {status: 410}}}\n";

TEST(Renumber, keeps_the_order_and_every_other_byte) {
  EXPECT_EQ(renumbered(std::string("  - {name: y, priority: 7 , when: {path: /7}") + kGone +
                       "  # of 7\n  - {priority: 3, name: x" + kGone),
            std::string("  - {name: y, priority: 20 , when: {path: /7}") + kGone +
                "  # of 7\n  - {priority: 10, name: x" + kGone);
}

TEST(Renumber, routes_of_one_priority_keep_the_order_of_the_file) {
  EXPECT_EQ(renumbered(std::string("  - {name: x, priority: 5, listeners: [b]") + kGone +
                       "  - {name: y, priority: 5, listeners: [a]" + kGone),
            std::string("  - {name: x, priority: 10, listeners: [b]") + kGone +
                "  - {name: y, priority: 20, listeners: [a]" + kGone);
}

TEST(Renumber, a_number_behind_other_letters_than_ascii_is_found) {
  EXPECT_EQ(renumbered(std::string("  - {name: x, when: {path: /é}, priority: 1") + kGone),
            std::string("  - {name: x, when: {path: /é}, priority: 10") + kGone);
}

TEST(Renumber, nothing_is_to_be_done_without_routes) { EXPECT_EQ(renumbered("  []\n"), "  []\n"); }

}  // namespace
}  // namespace gatehouse::config
