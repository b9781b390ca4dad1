#include "observe/metrics.h"

#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <thread>

#include "observe/prometheus.h"

namespace gatehouse::observe {
namespace {

TEST(Histogram, puts_every_duration_into_the_first_bucket_that_takes_it) {
  for (std::size_t i = 0; i < Histogram::kBounds.size(); ++i) {
    const std::uint64_t bound = Histogram::kBounds[i];
    EXPECT_EQ(Histogram::bucket_of(bound - 1), i);
    EXPECT_EQ(Histogram::bucket_of(bound), i);
    EXPECT_EQ(Histogram::bucket_of(bound + 1), i + 1);
  }
  EXPECT_EQ(Histogram::bucket_of(0), 0u);
  EXPECT_EQ(Histogram::bucket_of(std::numeric_limits<std::uint64_t>::max()),
            Histogram::kBounds.size());
}

TEST(Histogram, sums_what_it_saw) {
  Histogram histogram;
  for (std::int64_t us : {0, 700, 700, 20'000'000, -5}) histogram.observe(us);
  std::array<std::uint64_t, Histogram::kBuckets> buckets{};
  EXPECT_EQ(histogram.add_to(buckets), 20'001'400u);
  EXPECT_EQ(buckets[0], 2u);
  EXPECT_EQ(buckets[1], 2u);
  EXPECT_EQ(buckets.back(), 1u);
}

TEST(Series, elements_never_move) {
  Series<Counter> series;
  series.grow(1);
  Counter* first = &series[0];
  ++*first;
  series.grow(10'000);
  EXPECT_EQ(&series[0], first);
  for (Slot slot = 0; slot < 10'000; ++slot) series[slot].add(slot);
  for (Slot slot = 1; slot < 10'000; ++slot) ASSERT_EQ(series.find(slot)->value(), slot);
  EXPECT_EQ(series.find(0)->value(), 1u);
  EXPECT_EQ(series.find(1'000'000), nullptr);
}

TEST(Metrics, labels_keep_their_slot_from_generation_to_generation) {
  Metrics metrics;
  const Slot old_api = metrics.take(Metrics::Kind::rule, {{"rule", "api"}});
  ++metrics.shard(0).rules[old_api].requests.counts[2];
  const Slot new_api = metrics.take(Metrics::Kind::rule, {{"rule", "api"}});
  EXPECT_EQ(new_api, old_api);
  metrics.give_back(Metrics::Kind::rule, old_api);
  EXPECT_EQ(metrics.shard(0).rules[new_api].requests.counts[2].value(), 1u);
}

TEST(Metrics, a_slot_whose_last_user_is_gone_starts_from_zero_for_the_next) {
  Metrics metrics;
  const Slot target = metrics.take(Metrics::Kind::target, {{"target", "127.0.0.1:1"}});
  TargetMetrics& m = metrics.shard(0).targets[target];
  m.requests.count(200);
  m.failed(Reason::target_reset);
  m.response.observe(5);
  ++m.in_flight;
  metrics.give_back(Metrics::Kind::target, target);
  EXPECT_EQ(metrics.take(Metrics::Kind::target, {{"target", "127.0.0.1:2"}}), target);
  EXPECT_EQ(m.requests.counts[2].value(), 0u);
  EXPECT_EQ(m.failures[static_cast<std::size_t>(Reason::target_reset)].value(), 0u);
  EXPECT_EQ(m.in_flight.value(), 0);
  std::array<std::uint64_t, Histogram::kBuckets> buckets{};
  EXPECT_EQ(m.response.add_to(buckets), 0u);
}

TEST(Metrics, ten_thousand_generations_of_other_rules_need_no_more_slots) {
  Metrics metrics;
  for (int generation = 0; generation < 10'000; ++generation) {
    const std::string name = "rule-" + std::to_string(generation);
    const Slot slot = metrics.take(Metrics::Kind::rule, {{"rule", name}});
    metrics.give_back(Metrics::Kind::rule, slot);
  }
  EXPECT_EQ(metrics.slots(Metrics::Kind::rule).size(), 1u);
}

TEST(Metrics, a_worker_that_comes_later_has_room_for_every_slot) {
  Metrics metrics;
  Slot last = 0;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "g" + std::to_string(i);
    last = metrics.take(Metrics::Kind::group, {{"group", name}});
  }
  ++metrics.shard(3).groups[last].retries;
  EXPECT_EQ(metrics.all().size(), 4u);
}

TEST(StatusClasses, count_by_the_first_digit) {
  StatusClasses classes;
  for (unsigned status : {101u, 200u, 204u, 404u, 599u, 0u, 600u}) classes.count(status);
  EXPECT_EQ(classes.counts[0].value(), 2u);
  EXPECT_EQ(classes.counts[1].value(), 1u);
  EXPECT_EQ(classes.counts[2].value(), 2u);
  EXPECT_EQ(classes.counts[4].value(), 1u);
  EXPECT_EQ(classes.counts[5].value(), 1u);
}

// For ThreadSanitizer: one worker counts while control adds rules and scrapes.
TEST(Metrics, are_scraped_while_workers_count) {
  Metrics metrics;
  MetricsShard& shard = metrics.shard(0);
  const Slot first = metrics.take(Metrics::Kind::rule, {{"rule", "first"}});
  std::atomic<bool> stop{false};
  std::atomic<Slot> newest{first};  // stands for the message that hands a generation over
  std::thread worker([&] {
    while (!stop.load()) {
      ++shard.worker.requests;
      RuleMetrics& rule = shard.rules[newest.load()];
      rule.requests.count(200);
      rule.duration.observe(1234);
    }
  });
  for (int i = 0; i < 200; ++i) {
    const std::string name = "rule-" + std::to_string(i);
    newest.store(metrics.take(Metrics::Kind::rule, {{"rule", name}}));
    Exposition out;
    write_metrics(out, metrics);
    ASSERT_NE(out.take().find("gatehouse_requests_total "), std::string::npos);
  }
  stop.store(true);
  worker.join();
}

}  // namespace
}  // namespace gatehouse::observe
