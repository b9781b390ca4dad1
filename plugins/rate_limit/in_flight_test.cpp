#include "in_flight.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <thread>

namespace rate_limit {
namespace {

TEST(InFlight, so_many_are_in_and_a_place_is_free_when_one_leaves) {
  InFlight table(100);
  auto first = table.enter(7, 2);
  auto second = table.enter(7, 2);
  EXPECT_EQ(first.under_way, 1U);
  EXPECT_EQ(second.under_way, 2U);
  EXPECT_FALSE(table.enter(7, 2).place);
  EXPECT_TRUE(table.enter(8, 2).place);
  first.place = InFlight::Place();
  const auto third = table.enter(7, 2);
  EXPECT_TRUE(third.place);
  EXPECT_EQ(third.under_way, 2U);
}

TEST(InFlight, a_place_that_was_moved_is_given_up_once) {
  InFlight table(100);
  {
    auto entered = table.enter(7, 1);
    const InFlight::Place moved = std::move(entered.place);
    EXPECT_FALSE(table.enter(7, 1).place);
  }
  EXPECT_TRUE(table.enter(7, 1).place);
}

TEST(InFlight, keys_do_not_share) {
  constexpr std::size_t kKeys = 50'000;
  InFlight table(kKeys);
  std::mt19937_64 random(3);
  std::vector<InFlight::Place> places;
  for (std::size_t i = 0; i < kKeys; ++i) {
    auto entered = table.enter(random(), 1);
    if (entered.place) places.push_back(std::move(entered.place));
  }
  EXPECT_EQ(places.size(), kKeys);
}

TEST(InFlight, never_are_more_in_than_allowed_however_many_threads_ask) {
  constexpr std::uint32_t kMost = 3;
  constexpr std::size_t kKeys = 12;
  InFlight table(4);  // all in the same few buckets
  std::array<std::atomic<std::uint32_t>, kKeys> in{};
  std::array<std::atomic<std::uint32_t>, kKeys> passed{};
  std::atomic<std::uint32_t> exceeded{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      std::vector<std::pair<std::size_t, InFlight::Place>> mine;
      for (int i = 0; i < 20'000; ++i) {
        const std::size_t key = random() % kKeys;
        auto entered = table.enter(0x9e3779b97f4a7c15ULL * (key + 1), kMost);
        if (entered.place) {
          if (in[key].fetch_add(1) + 1 > kMost) ++exceeded;
          ++passed[key];
          mine.emplace_back(key, std::move(entered.place));
        }
        if (mine.size() < 3) continue;
        in[mine.front().first].fetch_sub(1);
        mine.erase(mine.begin());
      }
      for (auto& [key, place] : mine) in[key].fetch_sub(1);
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(exceeded.load(), 0U);
  for (std::size_t key = 0; key < kKeys; ++key) {
    EXPECT_GT(passed[key].load(), 0U);
    std::vector<InFlight::Place> all;  // none has leaked
    for (std::uint32_t i = 0; i < kMost; ++i)
      all.push_back(table.enter(0x9e3779b97f4a7c15ULL * (key + 1), kMost).place);
    EXPECT_TRUE(all.back());
  }
}

}  // namespace
}  // namespace rate_limit
