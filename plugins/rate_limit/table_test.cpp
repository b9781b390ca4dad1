#include "table.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <random>
#include <thread>
#include <vector>

namespace rate_limit {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'000 * kSecond;

// What a limit means: a bucket that gains a nanosecond each nanosecond, of which a request takes an
// interval.
class Model {
 public:
  Model(std::int64_t interval, std::int64_t burst) : interval_(interval), full_(interval * burst) {}
  bool admit(std::uint64_t key, std::int64_t now) {
    auto [at, fresh] = buckets_.try_emplace(key, Bucket{full_, now});
    Bucket& bucket = at->second;
    bucket.level = std::min(full_, bucket.level + (now - bucket.at));
    bucket.at = now;
    if (bucket.level < interval_) return false;
    bucket.level -= interval_;
    return true;
  }

 private:
  struct Bucket {
    std::int64_t level, at;
  };
  std::int64_t interval_, full_;
  std::map<std::uint64_t, Bucket> buckets_;
};

TEST(Table, decides_as_a_bucket_of_tokens_does) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t rate = 1 + random() % 50;
    const std::uint64_t burst = 1 + random() % 20;
    const Gcra limit =
        Gcra::of(rate, kSecond * (1 + static_cast<std::int64_t>(random() % 3)), burst);
    Model model(limit.interval, static_cast<std::int64_t>(burst));
    Table table(1000);
    std::int64_t now = kStart;
    int differ = 0;
    for (int i = 0; i < 2000; ++i) {
      now += static_cast<std::int64_t>(random() % 40) * 1'000'000;
      const std::uint64_t key = 1 + random() % 10 * 0x9e3779b97f4a7c15ULL;
      const bool admitted = table.admit(key, limit, now).admitted;
      differ += admitted != model.admit(key, now) ? 1 : 0;
    }
    EXPECT_EQ(differ, 0) << rate << " a second, burst " << burst;
  }
}

TEST(Table, says_what_is_left_and_when_to_come_again) {
  const Gcra limit = Gcra::of(10, kSecond, 3);
  Table table(10);
  const auto ask = [&](std::int64_t at) { return table.admit(5, limit, kStart + at); };
  EXPECT_EQ(ask(0).remaining, 2U);
  EXPECT_EQ(ask(0).remaining, 1U);
  const auto last = ask(0);
  EXPECT_TRUE(last.admitted);
  EXPECT_EQ(last.remaining, 0U);
  EXPECT_EQ(last.reset, kSecond * 3 / 10);
  const auto refused = ask(0);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, kSecond / 10);
  EXPECT_FALSE(ask(kSecond / 10 - 1).admitted);
  EXPECT_TRUE(ask(kSecond / 10).admitted);
  EXPECT_EQ(ask(10 * kSecond).remaining, 2U);
}

TEST(Table, who_used_up_a_limit_does_not_wait_for_it_once_it_was_changed) {
  Table table(1000);
  const Gcra slow = Gcra::of(1, 86'400 * kSecond, 100), quick = Gcra::of(1, 60 * kSecond, 2);
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(table.admit(7, slow, kStart).admitted);
  const Decision refused = table.admit(7, quick, kStart + 1);
  EXPECT_FALSE(refused.admitted);
  EXPECT_EQ(refused.retry_after, 60 * kSecond);
  EXPECT_EQ(refused.reset, 120 * kSecond);
  EXPECT_FALSE(table.admit(7, quick, kStart + 60 * kSecond).admitted);
  EXPECT_TRUE(table.admit(7, quick, kStart + 60 * kSecond + 1).admitted);
  EXPECT_FALSE(table.admit(7, quick, kStart + 60 * kSecond + 2).admitted);
}

TEST(Table, a_million_keys_are_alive_in_less_than_32_MiB) {
  constexpr std::size_t kKeys = 1'000'000;
  Table table(kKeys);
  EXPECT_LT(table.bytes(), std::size_t{32} << 20);
  const Gcra limit = Gcra::of(1, 3600 * kSecond, 1);
  std::mt19937_64 random(11);
  std::vector<std::uint64_t> keys(kKeys);
  for (auto& key : keys) key = random();
  std::size_t first = 0;
  for (const auto key : keys) first += table.admit(key, limit, kStart).admitted ? 1U : 0U;
  EXPECT_EQ(first, kKeys);  // none had to share
  std::size_t second = 0;
  for (const auto key : keys)
    second += table.admit(key, limit, kStart + kSecond).admitted ? 1U : 0U;
  EXPECT_EQ(second, 0U);  // none was forgotten
}

TEST(Table, more_keys_than_it_is_made_for_get_less_never_more) {
  Table table(100);
  const Gcra limit = Gcra::of(1, 3600 * kSecond, 1);
  std::mt19937_64 random(13);
  std::map<std::uint64_t, int> admitted;
  std::vector<std::uint64_t> keys(10'000);
  for (auto& key : keys) key = random();
  for (int round = 0; round < 3; ++round) {
    for (const auto key : keys)
      admitted[key] += table.admit(key, limit, kStart + round).admitted ? 1 : 0;
  }
  for (const auto& [key, count] : admitted) EXPECT_LE(count, 1);
}

// Threads that ask for the same few keys, which expire all the time and take each other's slots.
TEST(Table, threads_together_are_admitted_no_more_than_one_alone) {
  constexpr int kThreads = 2;
  constexpr std::size_t kKeys = 24;  // of two buckets
  constexpr std::int64_t kStep = 1'000;
  constexpr std::int64_t kSteps = 60'000;
  constexpr std::int64_t kInterval = 12;  // steps
  const Gcra limit = Gcra::of(1, kInterval * kStep, 2);
  Table table(8);
  std::array<std::atomic<std::int64_t>, kKeys> admitted{};
  std::atomic<std::int64_t> clock{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(static_cast<std::uint64_t>(t));
      for (std::int64_t step = clock.fetch_add(1); step < kSteps; step = clock.fetch_add(1)) {
        const std::size_t key = random() % kKeys;
        for (int i = 0; i < 4; ++i) {
          if (table.admit(key + 1, limit, kStart + step * kStep).admitted) ++admitted[key];
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t key = 0; key < kKeys; ++key)
    EXPECT_LE(admitted[key].load(), kSteps / kInterval + 2) << key;
  for (std::size_t key = 0; key < kKeys; ++key) EXPECT_GT(admitted[key].load(), 1000) << key;
}

// One key, one instant: exactly the burst passes, however many ask at once.
TEST(Table, a_burst_is_a_burst_for_all_threads_together) {
  const Gcra limit = Gcra::of(1, 3600 * kSecond, 10);
  for (std::uint64_t round = 1; round <= 30; ++round) {
    Table table(4);
    std::atomic<int> admitted{0};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        ++ready;
        while (ready.load() < 2) {
        }
        for (int i = 0; i < 10; ++i) {
          if (table.admit(round * 0x2545F4914F6CDD1DULL, limit, kStart).admitted) ++admitted;
        }
      });
    }
    for (auto& thread : threads) thread.join();
    ASSERT_LE(admitted.load(), 10);
    ASSERT_GE(admitted.load(), 9);  // a slot made twice charges twice
  }
}

}  // namespace
}  // namespace rate_limit
