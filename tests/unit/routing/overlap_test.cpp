#include "routing/overlap.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Routes;

struct Found {
  std::string pairs;   // "0>1" for each: requests of rule 1 go to rule 0
  std::string target;  // of the first request
};

Found found(const std::vector<std::string>& whens, std::vector<std::uint32_t> outcomes = {}) {
  const Routes routes(whens);
  while (outcomes.size() < whens.size())
    outcomes.push_back(static_cast<std::uint32_t>(outcomes.size()));
  Found out;
  const std::vector<bool> skip(whens.size());
  const auto all = overlaps(routes.table(), outcomes, skip, 3);
  EXPECT_EQ(all.looked_at, whens.size());
  for (const auto& overlap : all.found) {
    const Parsed parsed(overlap.request);
    EXPECT_TRUE(routes.table().conditions(overlap.later).hold(parsed.subject()));
    EXPECT_EQ(routes.tried(parsed.subject()), static_cast<int>(overlap.earlier));
    if (out.pairs.empty()) out.target = overlap.request.target();
    out.pairs += (out.pairs.empty() ? "" : " ") + std::to_string(overlap.earlier) + ">" +
                 std::to_string(overlap.later);
  }
  return out;
}

struct Row {
  const char* earlier;
  const char* later;
  bool overlap;
};

TEST(Overlap, a_wider_host_or_path_in_front_is_told_if_more_is_asked_there) {
  for (const Row& row : {
           Row{"{path: '/api/*', method: GET}", "{path: '/api/users/*'}", true},
           Row{"{path: '/api/users/*'}", "{path: '/api/*', method: GET}", false},
           Row{"{path: '/api/*', method: GET}", "{path: '/api/users/*', method: POST}", false},
           Row{"{host: '*.test', method: GET}", "{host: a.test}", true},
           Row{"{path: '/api/*', source_ip: 10.1.0.0/16}",
               "{path: '/api/x', source_ip: 10.0.0.0/8}", true},
           Row{"{path: '/api/*', source_ip: 10.1.0.0/16}",
               "{path: '/api/x', source_ip: 11.0.0.0/8}", false},
           Row{"{path: '/api/*', method: GET}", "{path: [/b, /api/x]}", true},
       })
    EXPECT_EQ(found({row.earlier, row.later}).pairs, row.overlap ? "0>1" : "")
        << row.earlier << row.later;
}

TEST(Overlap, patterns_that_cross_are_told_with_what_both_match) {
  EXPECT_EQ(found({"{path: '/static/*'}", "{path: '*.js'}"}).target, "/static/.js");
  EXPECT_EQ(found({"{path: '/a/*/b'}", "{path: '/*/x/b'}"}).target, "/a/x/b");
  EXPECT_EQ(found({"{path: '/a/*', query: {v: '1*'}}", "{path: '*b', query: {v: '*2'}}"}).target,
            "/a/b?v=12");
  EXPECT_EQ(found({"{host: 'a.*', path: /x}", "{host: '*.test', path: /x}"}).pairs, "0>1");
  EXPECT_EQ(found({"{path: '/a/*'}", "{path: '/b/*'}"}).pairs, "");
}

TEST(Overlap, rules_which_ask_for_different_things_are_none) {
  for (const Row& row : {
           Row{"{host: a.test}", "{path: /x}", false},
           Row{"{path: /health}", "{host: a.test}", false},
           Row{"{method: OPTIONS}", "{path: '/api/*'}", false},
           Row{"{header: {X-Canary: '1'}}", "{path: '/api/*'}", false},
           Row{"{host: a.test, path: '/api/*'}", "{path: '/api/users/*'}", false},
           Row{"{host: '*.test', path: /health}", "{host: a.test}", false},
           Row{"{path: /x, header: {A: '1'}}", "{path: /x, method: GET}", false},
           Row{"{path: '/*', source_ip: 10.0.0.0/8}", "{path: /x}", false},
       })
    EXPECT_EQ(found({row.earlier, row.later}).pairs, "") << row.earlier << row.later;
}

TEST(Overlap, a_value_that_another_rule_takes_whole_is_told) {
  EXPECT_EQ(found({"{path: [/a, /b]}", "{path: [/b, /c]}"}).target, "/b");
  EXPECT_EQ(found({"{path: /x, method: [GET, POST]}", "{path: /x, method: [POST, PUT]}"}).pairs,
            "0>1");
  EXPECT_EQ(found({"{path: /b}", "{path: [/b, /c]}"}).pairs, "") << "a special case in front";
}

TEST(Overlap, one_header_has_one_value) {
  EXPECT_EQ(found({"{path: '/a/*', header: {V: '1'}}", "{path: /a/b, header: {v: '2'}}"}).pairs,
            "");
  EXPECT_EQ(found({"{path: '/a/*', query: {V: '1'}}", "{path: /a/b, query: {v: '2'}}"}).pairs, "");
  EXPECT_EQ(found({"{path: '/a/*', header: {V: '1*'}}", "{path: /a/b, header: {v: '*2'}}"}).pairs,
            "0>1");
}

TEST(Overlap, rules_that_do_the_same_are_none) {
  EXPECT_EQ(found({"{path: '/a*'}", "{path: '*b'}"}, {7, 7}).pairs, "");
  EXPECT_EQ(found({"{path: '/a*'}", "{path: '*b'}", "{path: '*bb*'}"}, {7, 7, 1}).pairs, "0>2 1>2");
}

TEST(Overlap, of_each_rule_no_more_than_asked_for_are_named) {
  std::vector<std::string> whens;
  for (char c = 'a'; c <= 'j'; ++c) whens.push_back(std::string("{path: '/") + c + "*'}");
  whens.push_back("{path: '*x'}");
  EXPECT_EQ(found(whens).pairs, "0>10 1>10 2>10");
}

}  // namespace
}  // namespace gatehouse::routing
