#include "observe/prometheus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "unit/observe/access_lines.h"

namespace gatehouse::observe {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

std::string scraped(const Metrics& metrics) {
  Exposition out;
  write_metrics(out, metrics);
  return out.take();
}

TEST(Exposition, writes_families_samples_and_escapes) {
  Exposition out;
  out.family("build_info", Exposition::Type::gauge, "a \\ and\na newline");
  out.sample(label_text({{"version", "1\"2\\3\n4"}, {"commit", "c0ffee"}}), std::uint64_t{1});
  out.family("balance", Exposition::Type::gauge, "");
  out.sample("", std::int64_t{-3});
  EXPECT_EQ(out.take(),
            "# HELP gatehouse_build_info a \\\\ and\\na newline\n"
            "# TYPE gatehouse_build_info gauge\n"
            "gatehouse_build_info{version=\"1\\\"2\\\\3\\n4\",commit=\"c0ffee\"} 1\n"
            "# HELP gatehouse_balance \n"
            "# TYPE gatehouse_balance gauge\n"
            "gatehouse_balance -3\n");
}

TEST(Exposition, histograms_are_cumulative_and_in_seconds) {
  Exposition out;
  std::array<std::uint64_t, Histogram::kBuckets> buckets{};
  buckets[0] = 2;
  buckets[3] = 1;
  buckets[14] = 1;
  out.family("rule_duration_seconds", Exposition::Type::histogram, "how long");
  out.histogram("rule=\"api\"", buckets, 12'004'050);
  const std::string text = out.take();
  EXPECT_THAT(text,
              HasSubstr("gatehouse_rule_duration_seconds_bucket{rule=\"api\",le=\"0.0005\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("gatehouse_rule_duration_seconds_bucket{rule=\"api\",le=\"0.0025\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("gatehouse_rule_duration_seconds_bucket{rule=\"api\",le=\"0.005\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("gatehouse_rule_duration_seconds_bucket{rule=\"api\",le=\"10\"} 3\n"));
  EXPECT_THAT(text,
              HasSubstr("gatehouse_rule_duration_seconds_bucket{rule=\"api\",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("gatehouse_rule_duration_seconds_sum{rule=\"api\"} 12.004050\n"));
  EXPECT_THAT(text, HasSubstr("gatehouse_rule_duration_seconds_count{rule=\"api\"} 4\n"));
}

TEST(Prometheus, sums_the_workers) {
  Metrics metrics;
  const Slot api = metrics.take(Metrics::Kind::rule, {{"rule", "api"}});
  const Slot target = metrics.take(Metrics::Kind::target, {{"group", "g"}, {"target", "[::1]:80"}});
  for (std::size_t worker = 0; worker < 3; ++worker) {
    MetricsShard& shard = metrics.shard(worker);
    shard.worker.requests.add(10);
    shard.worker.ended(Reason::target_reset);
    shard.rules[api].requests.count(204);
    shard.targets[target].failed(Reason::target_timeout);
  }
  ++metrics.shard(0).targets[target].in_flight;  // shares of a sum: one may be below zero
  ++metrics.shard(0).targets[target].in_flight;
  --metrics.shard(1).targets[target].in_flight;
  const std::string text = scraped(metrics);
  EXPECT_THAT(text, HasSubstr("\ngatehouse_requests_total 30\n"));
  EXPECT_THAT(text, HasSubstr("\ngatehouse_exchanges_total{reason=\"target_reset\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\ngatehouse_rule_requests_total{rule=\"api\",status=\"2xx\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("\ngatehouse_target_in_flight{group=\"g\",target=\"[::1]:80\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\ngatehouse_target_failures_total{group=\"g\",target=\"[::1]:80\","
                              "reason=\"target_timeout\"} 3\n"));
}

TEST(Prometheus, leaves_out_rules_that_were_never_asked_and_those_that_are_gone) {
  Metrics metrics;
  static_cast<void>(metrics.shard(0));
  const Slot gone = metrics.take(Metrics::Kind::rule, {{"rule", "gone"}});
  static_cast<void>(metrics.take(Metrics::Kind::rule, {{"rule", "unused"}}));
  metrics.shard(0).rules[gone].requests.count(200);
  EXPECT_THAT(scraped(metrics), HasSubstr("rule=\"gone\""));
  metrics.give_back(Metrics::Kind::rule, gone);
  EXPECT_THAT(scraped(metrics), Not(HasSubstr("rule=")));
}

// What a scraper would refuse: a line of another form, a family that comes twice, a sample of no
// family.
TEST(Prometheus, the_text_is_well_formed) {
  Metrics metrics;
  MetricsShard& shard = metrics.shard(0);
  shard.rules[metrics.take(Metrics::Kind::rule, {{"rule", "a"}})].requests.count(200);
  static_cast<void>(metrics.take(Metrics::Kind::group, {{"group", "b"}}));
  shard.targets[metrics.take(Metrics::Kind::target, {{"target", "c"}})].failed(
      Reason::target_reset);
  Exposition out;
  write_metrics(out, metrics);
  write_access_log(out, AccessLogCounts{});
  write_process(out, log());
  const std::string text = out.take();
  ASSERT_EQ(text.back(), '\n');
  std::map<std::string, int> families;
  std::string family;
  for (const std::string& line : lines(text)) {
    if (line.starts_with("# ")) {
      ASSERT_THAT(line, MatchesRegex("# (HELP|TYPE) gatehouse_[a-z0-9_]+ .+"));
      family = line.substr(7, line.find(' ', 7) - 7);
      if (line.starts_with("# TYPE")) {
        EXPECT_EQ(++families[family], 1) << line;
      }
    } else {
      ASSERT_THAT(line, MatchesRegex("gatehouse_[a-z0-9_]+(\\{([a-z]+=\"[^\"]*\",?)+\\})? "
                                     "-?[0-9]+(\\.[0-9]+)?"));
      EXPECT_TRUE(line.starts_with(family)) << line;
    }
  }
  EXPECT_GT(families.size(), 40u);
}

}  // namespace
}  // namespace gatehouse::observe
