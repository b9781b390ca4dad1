#include "routing/trials.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Ask;
using test::Asked;

const std::vector<std::string> kWhens = {
    "{}",
    "{method: [GET, PUT]}",
    "{header: {X-A: ['1*', b], X-B: '?'}}",
    "{header: [{X-A: '1*'}, {X-B: '2'}]}",
    "{header: {X-A: {regex: '^1+$'}}}",
    "{query: {v: ['1', '2*'], any: x}}",
    "{query: [{v: '2*'}, {w: '*'}]}",
    "{source_ip: [10.0.0.0/8, '::1']}",
    "{client_ip: 192.0.2.0/24}",
    "{path: {regex: '^/v[0-9]+$'}, method: GET}",
    "{host: ['*.test', b.example.com], query: {v: '2*'}}",
    "{method: POST, header: {X-A: b}, query: {v: '1'}, source_ip: 10.0.0.1, client_ip: 10.0.0.1}",
};
const std::vector<Ask> kAsks = {
    {},
    {.target = "/v12?v=23&w=", .fields = {"x-a: 12", "X-B: 2"}, .source = "10.0.0.1"},
    {.target = "/v?V=1", .fields = {"X-B: c", "X-A: B"}, .method = "POST", .source = "10.0.0.1"},
    {.target = "/v1?a=X", .fields = {"X-A: b"}, .method = "PUT", .source = "::1"},
    {.target = "/", .fields = {"X-A: 1\x80"}, .source = "11.0.0.1", .client = "192.0.2.9"},
    {.target = "/", .fields = {"X-A: c", "X-A: 111"}, .method = "get"},
};

TEST(Trials, a_rule_holds_when_all_that_it_asks_for_does) {
  const test::Routes routes(kWhens);
  const auto rules = routes.table().conditions();
  Trials trials;
  Trials whole;
  std::vector<std::uint32_t> begins;
  std::vector<std::uint32_t> whole_begins;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const bool regex = !rules[i].path.values.empty();
    begins.push_back(trials.add({i, regex ? 0 : Trials::kNone}, rules[i]));
    whole_begins.push_back(whole.add(i, rules[i]));
  }
  trials.finish();
  std::vector<int> holds(rules.size());
  for (const auto& ask : kAsks) {
    const Asked asked(ask);
    for (std::uint32_t i = 0; i < rules.size(); ++i) {
      EXPECT_EQ(trials.order(begins[i]), i);
      EXPECT_EQ(trials.next(begins[i]), i + 1 < rules.size() ? begins[i + 1] : trials.end());
      const bool expected = rules[i].hold(asked.subject());
      EXPECT_EQ(trials.hold(begins[i], asked.subject()), expected) << kWhens[i];
      EXPECT_EQ(whole.hold(whole_begins[i], asked.subject()), expected) << kWhens[i];
      EXPECT_EQ(whole.conditions(whole_begins[i]).hold(asked.subject()), expected) << kWhens[i];
      holds[i] += expected ? 1 : 0;
    }
  }
  for (std::size_t i = 0; i < rules.size(); ++i) EXPECT_GT(holds[i], 0) << "never: " << kWhens[i];
}

TEST(Trials, what_has_been_looked_up_is_not_tried_again) {
  const test::Routes routes({"{method: PUT, header: {X-A: b}, query: {v: '1'}}"});
  const auto rules = routes.table().conditions();
  Trials trials;
  const std::uint32_t at = trials.add({0, Trials::kNone, 0b101}, rules[0]);
  EXPECT_TRUE(trials.hold(at, Asked({.fields = {"X-A: b"}}).subject()));
  EXPECT_FALSE(trials.hold(at, Asked({.target = "/?v=1", .method = "PUT"}).subject()));
}

}  // namespace
}  // namespace gatehouse::routing
