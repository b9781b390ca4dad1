#include "routing/rule_table.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/random.h"
#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Ask;
using test::Asked;
using test::Routes;

TEST(RuleTable, an_empty_table_has_no_rule_for_anything) {
  Scratch scratch;
  EXPECT_EQ(RuleTable().match(Asked(Ask{}).subject(), scratch), kNoRule);
}

TEST(RuleTable, the_lowest_priority_number_wins_wherever_it_stands) {
  const config::WhenSpec any;
  std::vector<RuleInput> inputs;
  for (std::uint32_t priority : {30U, 10U, 20U})
    inputs.push_back({priority, priority, Conditions(any)});
  Scratch scratch;
  EXPECT_EQ(RuleTable(std::move(inputs)).match(Asked(Ask{}).subject(), scratch), 10U);
}

TEST(RuleTable, an_exact_host_does_not_win_over_an_earlier_pattern) {
  Routes routes({"{host: '*.test', path: /a}", "{host: x.test}", "{path: /a}", "{}"});
  EXPECT_EQ(routes.hit({.target = "/a", .host = "x.test"}), 0);
  EXPECT_EQ(routes.hit({.target = "/b", .host = "x.test"}), 1);
  EXPECT_EQ(routes.hit({.target = "/a", .host = "x.org"}), 2);
  EXPECT_EQ(routes.hit({.target = "/b", .host = "y.test"}), 3);
}

TEST(RuleTable, a_longer_path_does_not_win_over_an_earlier_one) {
  Routes routes({"{path: '/a*'}", "{path: /a/b/c}"});
  EXPECT_EQ(routes.hit({.target = "/a/b/c"}), 0);
}

TEST(RuleTable, a_rule_that_asks_for_more_falls_through_to_the_next) {
  Routes routes({"{path: /a, header: {X: '1'}}", "{path: '/*', method: POST}", "{path: /a}"});
  EXPECT_EQ(routes.hit({.target = "/a", .fields = {"X: 1"}}), 0);
  EXPECT_EQ(routes.hit({.target = "/a", .method = "POST"}), 1);
  EXPECT_EQ(routes.hit({.target = "/a"}), 2);
}

TEST(RuleTable, a_host_by_regex_is_one_of_several_ways) {
  Routes routes({"{host: {regex: '^a'}, path: /x}", "{host: ['b.test', {regex: '^a'}]}"});
  EXPECT_EQ(routes.hit({.target = "/x"}), 0);
  EXPECT_EQ(routes.hit({.target = "/y"}), 1);
  EXPECT_EQ(routes.hit({.host = "b.test"}), 1);
  EXPECT_EQ(routes.hit({.host = "c.test"}), -1);
}

// Rules of one path that differ in one thing only; each is found.
class ManyRules : public testing::TestWithParam<int> {};

struct Kind {
  std::string when;
  Ask ask;
};
// Methods are capital letters.
std::string letters(std::string number) {
  for (char& c : number) c = static_cast<char>(c - '0' + 'A');
  return number;
}
Kind kind(int which, int i) {
  const std::string n = std::to_string(i);
  const std::string ip = "10." + std::to_string(i >> 16) + "." + std::to_string(i >> 8 & 255) +
                         "." + std::to_string(i & 255);
  switch (which) {
    case 0:
      return {"{path: '/a/*', header: {X-Tenant: t" + n + "}}", {.fields = {"x-tenant: T" + n}}};
    case 1:
      return {"{path: '/a/*', method: " + letters(n) + "}", {.method = letters(n)}};
    case 2:
      return {"{path: '/a/*', query: {tenant: t" + n + "}}", {.target = "/a/b?tenant=t" + n}};
    case 3:
      return {"{path: '/a/*', source_ip: " + ip + "}", {.source = ip}};
    case 4:
      return {"{path: '/a/*', client_ip: " + ip + "/32}", {.client = ip}};
    case 5:
      return {"{path: '/a/*', header: {X-" + n + ": 'v*'}}", {.fields = {"X-" + n + ": v1"}}};
    case 6:  // only both together tell them apart
      return {"{path: '/a/*', header: [{A: a" + std::to_string(i / 50) + "}, {B: b" +
                  std::to_string(i % 50) + "}]}",
              {.fields = {"A: a" + std::to_string(i / 50), "B: b" + std::to_string(i % 50)}}};
    case 7:
      return {"{path: '/a/*', query: {any: '*-" + n + "'}}", {.target = "/a/b?x=y-" + n}};
    default:
      return {"{path: {regex: '^/a/b" + n + "$'}}", {.target = "/a/b" + n}};
  }
}
constexpr int kKinds = 9;

TEST_P(ManyRules, each_is_found_and_no_request_finds_another) {
  std::vector<std::string> whens;
  constexpr int kRules = 600;
  for (int i = 0; i < kRules; ++i) whens.push_back(kind(GetParam(), i).when);
  Routes routes(whens);
  for (int i = 0; i < kRules; ++i) {
    Ask ask = kind(GetParam(), i).ask;
    if (ask.target == "/") ask.target = "/a/b";
    ASSERT_EQ(routes.hit(ask), i);
  }
  Ask none = kind(GetParam(), kRules).ask;
  if (none.target == "/") none.target = "/a/b";
  EXPECT_EQ(routes.hit(none), -1);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ManyRules, testing::Range(0, kKinds));

// Random rules that share their words, so that they overlap in every way.
std::string random_when(Random& random) {
  const auto pick = [&](std::initializer_list<const char*> from) {
    return std::string(std::data(from)[random.below(from.size())]);
  };
  std::string out;
  const auto add = [&](const std::string& text) { out += (out.empty() ? "" : ", ") + text; };
  if (random.below(3) == 0)
    add("host: " + pick({"a.test", "'*.test'", "['b.test', 'a.*']", "{regex: '^a|^b'}"}));
  if (random.below(3) != 0)
    add("path: " +
        pick({"/a", "'/a*'", "'*'", "['/b', '/a?']", "{regex: '^/a'}", "[{regex: 'b$'}, '/c']"}));
  if (random.below(4) == 0) add("method: " + pick({"GET", "POST", "[PUT, GET]"}));
  if (random.below(2) == 0)
    add("header: " + pick({"{X: '1'}", "{X: ['1', '2']}", "[{X: '1'}, {Y: '2*'}]", "{Y: '*'}",
                           "{X: {regex: '[12]'}}", "{X: '1', Y: '1'}", "{Y: ['?', '21']}"}));
  if (random.below(3) == 0)
    add("query: " + pick({"{q: '1'}", "{any: '1'}", "[{q: '1'}, {p: '*'}]", "{'*': '2'}"}));
  if (random.below(4) == 0)
    add("source_ip: " + pick({"10.0.0.0/8", "10.1.0.0/16", "[10.0.0.1, '::/0']"}));
  if (random.below(4) == 0) add("client_ip: " + pick({"10.0.0.1", "0.0.0.0/0"}));
  return "{" + out + "}";
}

Ask random_ask(Random& random) {
  const auto pick = [&](std::initializer_list<const char*> from) {
    return std::string(std::data(from)[random.below(from.size())]);
  };
  Ask ask;
  ask.method = pick({"GET", "POST", "PUT", "DELETE"});
  ask.host = pick({"a.test", "b.test", "A.org", "c.org"});
  ask.target = pick({"/a", "/ab", "/b", "/c", "/d"}) + pick({"", "?q=1", "?p=1&q=2", "?Q=1&p"});
  for (const char* name : {"X: ", "Y: ", "x: "}) {
    if (random.below(3) == 0) ask.fields.push_back(name + pick({"1", "2", "21", "3"}));
  }
  ask.source = pick({"10.0.0.1", "10.1.2.3", "::1", "192.0.2.1"});
  ask.client = pick({"", "10.0.0.1"});
  return ask;
}

TEST(RuleTable, it_agrees_with_trying_one_rule_after_another) {
  Random random(3);
  int decided = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<std::string> whens;
    for (std::uint64_t i = 1 + random.below(60); i > 0; --i) whens.push_back(random_when(random));
    Routes routes(whens);
    for (int i = 0; i < 60; ++i) {
      const Asked asked(random_ask(random));
      const int tried = routes.tried(asked.subject());
      ASSERT_EQ(routes.hit(asked.subject()), tried);
      decided += tried > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(decided, 3000);
}

TEST(RuleTable, a_line_that_comes_ninety_times_is_looked_up_once) {
  std::vector<std::string> whens;
  for (int i = 0; i < 1000; ++i)
    whens.push_back("{header: [{A: '1'}, {B: {regex: 'x" + std::to_string(i) + "$'}}]}");
  whens.insert(whens.end(), 1100, "{header: {C: '1'}}");
  Routes routes(whens);
  const auto time_of = [&](const std::string& line) {
    Ask ask;
    ask.fields.assign(89, line);
    ask.fields.insert(ask.fields.end(), {"A: 1", "B: y"});
    const Asked asked(ask);
    auto least = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 3; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_EQ(routes.hit(asked.subject()), -1);
      least = std::min(least, std::chrono::steady_clock::now() - begin);
    }
    return least;
  };
  EXPECT_LT(time_of("A: 1"), 20 * time_of("D: 1"));
}

}  // namespace
}  // namespace gatehouse::routing
