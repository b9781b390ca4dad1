#include "admin/traffic.h"

#include <gtest/gtest.h>

#include "admin/traffic_text.h"

namespace gatehouse::admin {
namespace {

using Json = nlohmann::ordered_json;

Json counts(double seconds) {
  return {{"version", "1"},
          {"generation", 3},
          {"workers", 2},
          {"pid", 7},
          {"clock_us", static_cast<std::int64_t>(seconds * 1e6)},
          {"cpu_us", static_cast<std::int64_t>(seconds * 250'000)},
          {"resident_bytes", 3 << 20},
          {"gateway", {{"2xx", 0}, {"connections", 4}}},
          {"rules", Json::array()},
          {"groups", Json::array()},
          {"policies", Json::array()}};
}

Json rule(const char* name, int good, int bad, std::vector<int> buckets, int sum_us) {
  buckets.resize(15);
  return {
      {"name", name}, {"2xx", good}, {"5xx", bad}, {"duration_us", sum_us}, {"buckets", buckets}};
}

Json policy(const char* name, int runs, int cpu_us, int killed) {
  return {{"name", name},
          {"runs", runs},
          {"cpu_us", cpu_us},
          {"wall_us", cpu_us},
          {"failures", {{"error", 2}, {"cpu", killed}, {"memory", 0}, {"wall", 0}}},
          {"skipped", 0},
          {"disagreements", 0},
          {"breaker", "closed"}};
}

TEST(Traffic, counts_become_numbers_a_second) {
  Json before = counts(10);
  Json now = counts(14);
  before["rules"] = {rule("api", 100, 0, {100}, 50'000)};
  now["rules"] = {rule("api", 140, 8, {120, 28}, 98'000)};
  const Json seen = traffic(before, now);
  EXPECT_EQ(seen["seconds"], 4);
  EXPECT_EQ(seen["cpu"], 0.25);
  const Json& api = seen["rules"][0];
  EXPECT_EQ(api["requests"], 12);
  EXPECT_EQ(api["2xx"], 10);
  EXPECT_EQ(api["5xx"], 2);
  EXPECT_EQ(api["mean_ms"], 1);
  EXPECT_EQ(api["p99_below_ms"], 1);
}

TEST(Traffic, who_was_not_asked_took_no_time) {
  Json before = counts(10);
  Json now = counts(11);
  before["rules"] = now["rules"] = {rule("api", 100, 0, {100}, 50'000)};
  const Json api = traffic(before, now)["rules"][0];
  EXPECT_EQ(api["requests"], 0);
  EXPECT_TRUE(api["mean_ms"].is_null());
  EXPECT_TRUE(api["p99_below_ms"].is_null());
}

TEST(Traffic, a_rule_that_is_new_counts_from_nothing) {
  Json now = counts(11);
  now["rules"] = {rule("api", 5, 0, {5}, 500)};
  EXPECT_EQ(traffic(counts(10), now)["rules"][0]["requests"], 5);
}

TEST(Traffic, a_rule_that_began_anew_has_not_gone_down) {
  Json before = counts(10);
  Json now = counts(11);
  before["rules"] = {rule("api", 100, 0, {100}, 50'000)};
  now["rules"] = {rule("api", 5, 0, {5}, 500)};
  const Json api = traffic(before, now)["rules"][0];
  EXPECT_EQ(api["requests"], 5);
  EXPECT_EQ(api["p99_below_ms"], 0.5);
}

TEST(Traffic, a_period_without_a_timed_run_takes_what_all_took) {
  Json before = counts(10);
  Json now = counts(11);
  before["policies"] = {policy("p", 100, 300, 0)};
  now["policies"] = {policy("p", 110, 330, 1)};
  Json seen = traffic(before, now)["policies"][0];
  EXPECT_EQ(seen["runs"], 10);
  EXPECT_EQ(seen["cpu_us"], 3);
  EXPECT_EQ(seen["kills"], 1);
  EXPECT_EQ(seen["errors"], 0);
  now["policies"] = {policy("p", 200, 300, 0)};
  EXPECT_EQ(traffic(before, now)["policies"][0]["cpu_us"], 1.5);
  now["policies"] = {policy("new", 3, 0, 0)};
  EXPECT_TRUE(traffic(before, now)["policies"][0]["cpu_us"].is_null());
}

TEST(TrafficText, puts_most_of_a_column_first) {
  Json now = counts(11);
  now["rules"] = {rule("calm", 900, 0, {900}, 90'000), rule("broken", 1, 20, {21}, 90'000),
                  rule("idle", 1, 0, {1}, 100)};
  const Json seen = traffic(counts(10), now);
  const auto order = [&](std::string_view by) {
    const std::string text = traffic_text(seen, {.sort = by});
    std::vector<std::pair<std::size_t, std::string>> places;
    for (const auto* name : {"calm", "broken", "idle"}) places.emplace_back(text.find(name), name);
    std::sort(places.begin(), places.end());
    return places[0].second + ' ' + places[1].second + ' ' + places[2].second;
  };
  EXPECT_EQ(order(""), "calm broken idle");
  EXPECT_EQ(order("5xx"), "broken calm idle");
  EXPECT_EQ(order("mean"), "broken calm idle");
  EXPECT_EQ(order("name"), "broken calm idle");
  EXPECT_EQ(order("load"), "calm broken idle");
}

TEST(TrafficText, stands_in_columns) {
  Json now = counts(11);
  now["rules"] = {rule("api", 1204, 0, {1204}, 120'400)};
  now["policies"] = {policy("api/policies/p.lua", 1204, 2408, 0)};
  EXPECT_EQ(traffic_text(traffic(counts(10), now), {}),
            R"(gatehouse 1, generation 3, workers 2, cpu 25.0%, memory 3.00 MiB
requests 0/s, 2xx 0, 3xx 0, 4xx 0, 5xx 0, none 0; connections 4, exchanges 0, tunnels 0; in 0 B/s, out 0 B/s

rule                      requests     2xx     3xx     4xx     5xx    none    mean     p99
api                           1204    1204       0       0       0       0  0.10ms  <0.5ms

policy                      runs     cpu    wall    load  errors   kills  skipped  breaker  disagreements
api/policies/p.lua          1204  2.00us  2.00us   0.24%    2.00       0        0   closed              0
)");
}

TEST(TrafficText, has_no_more_rows_and_columns_than_there_is_room_for) {
  Json now = counts(11);
  for (int i = 0; i < 5; ++i)
    now["rules"].push_back(rule(("r" + std::to_string(i)).c_str(), 10 - i, 0, {1}, 1));
  const std::string text =
      traffic_text(traffic(counts(10), now), {.sort = "", .rows = 2, .width = 30});
  EXPECT_NE(text.find("r1"), std::string::npos);
  EXPECT_EQ(text.find("r2"), std::string::npos);
  EXPECT_NE(text.find("  and 3 more\n"), std::string::npos);
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    EXPECT_LE(end - at, 32U) << text.substr(at, end - at);  // with an ellipsis of three bytes
}

}  // namespace
}  // namespace gatehouse::admin
