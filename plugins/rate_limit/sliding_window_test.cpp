#include "sliding_window.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "limit.h"
#include "table.h"

namespace rate_limit {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 1'000 * kSecond;

// What it means, in numbers with a fraction: the window before counts by as much of it as is seen.
class Model {
 public:
  Model(double most, double period) : most_(most), period_(period) {}
  bool admit(std::uint64_t key, double now) {
    auto& windows = windows_[key];
    const auto window = static_cast<std::int64_t>(now / period_);
    const double gone = now / period_ - static_cast<double>(window);
    const double weighted = static_cast<double>(windows[window - 1]) * (1 - gone) +
                            static_cast<double>(windows[window]);
    if (weighted > most_ - 1 + 1e-9) return false;
    ++windows[window];
    return true;
  }

 private:
  double most_, period_;
  std::map<std::uint64_t, std::map<std::int64_t, int>> windows_;
};

TEST(SlidingWindow, decides_as_two_counts_do) {
  std::mt19937_64 random(17);
  for (int round = 0; round < 40; ++round) {
    const std::uint64_t most = 1 + random() % 30;
    const Limit limit = SlidingWindow::of(most, kSecond);
    Model model(static_cast<double>(most), 1'000'000);
    Table table(1000);
    std::int64_t now = kStart;
    int differ = 0;
    for (int i = 0; i < 2000; ++i) {
      now += static_cast<std::int64_t>(random() % 40) * 1'000'000;
      const std::uint64_t key = 1 + random() % 5 * 0x9e3779b97f4a7c15ULL;
      const bool admitted = table.admit(key, limit, now).admitted;
      differ += admitted != model.admit(key, static_cast<double>(now) / 1000) ? 1 : 0;
    }
    EXPECT_EQ(differ, 0) << most << " a second";
  }
}

TEST(SlidingWindow, admits_never_more_than_its_rate_and_one_window_full) {
  std::mt19937_64 random(19);
  for (int round = 0; round < 30; ++round) {
    const std::uint64_t most = 1 + random() % 10;
    const Limit limit = SlidingWindow::of(most, kSecond);
    std::int64_t state = 0;
    std::int64_t now = kStart;
    std::deque<std::int64_t> admitted;
    for (int i = 0; i < 1500; ++i) {
      now += static_cast<std::int64_t>(random() % 100) * 1'000'000;
      const Decision decision = limit.decide(state, now);
      if (!decision.admitted) continue;
      state = decision.next;
      admitted.push_back(now);
      if (admitted.size() > 60) admitted.pop_front();
      for (std::size_t first = 0; first < admitted.size(); ++first) {
        const auto count = static_cast<std::int64_t>(admitted.size() - first);
        const std::int64_t time = now - admitted[first];
        ASSERT_LE((count - static_cast<std::int64_t>(most)) * kSecond,
                  static_cast<std::int64_t>(most) * time + kSecond);
      }
    }
  }
}

TEST(SlidingWindow, who_comes_again_when_told_is_admitted) {
  std::mt19937_64 random(23);
  for (int round = 0; round < 200; ++round) {
    const Limit limit = SlidingWindow::of(1 + random() % 9, kSecond);
    std::int64_t state = 0;
    std::int64_t now = kStart + static_cast<std::int64_t>(random() % 1000) * 1'000'000;
    Decision decision = limit.decide(state, now);
    while (decision.admitted) {
      state = decision.next;
      now += static_cast<std::int64_t>(random() % 60) * 1'000'000;
      decision = limit.decide(state, now);
    }
    EXPECT_GT(decision.retry_after, 0);
    EXPECT_FALSE(limit.decide(state, now + decision.retry_after - 1000).admitted);
    EXPECT_TRUE(limit.decide(state, now + decision.retry_after).admitted);
    const Decision later = limit.decide(state, now + decision.reset);
    EXPECT_EQ(later.remaining + 1, limit.window().most);
  }
}

TEST(SlidingWindow, a_state_that_has_passed_equals_none) {
  const SlidingWindow window = SlidingWindow::of(3, kSecond);
  const std::int64_t state = window.decide(0, kStart).next;
  EXPECT_GT(state, window.passed(kStart));
  EXPECT_GT(state, window.passed(kStart + 2 * kSecond - 1));
  EXPECT_LE(state, window.passed(kStart + 2 * kSecond));
  // At the largest counts of the shortest window it lasts 17 years.
  const SlidingWindow most = SlidingWindow::of(SlidingWindow::kMost, kSecond);
  EXPECT_GT(most.decide(0, 17LL * 365 * 86'400 * kSecond).next, 0);
}

}  // namespace
}  // namespace rate_limit
