#include "freshness.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(freshness_of, is_what_Cache_Control_says_less_the_age) {
  struct Row {
    std::string_view cache_control, age;
    std::optional<seconds> result;
  };
  const Row kRows[] = {
      {"", "", std::nullopt},
      {"public", "", std::nullopt},
      {"max-age=600", "", seconds(600)},
      {"public, Max-Age=600 , must-revalidate", "", seconds(600)},
      {"max-age=\"600\"", "", seconds(600)},
      {"max-age=600", " 100", seconds(500)},
      {"max-age=600", "9999", seconds(0)},
      {"max-age=600", "-1", seconds(600)},
      {"max-age=600, no-store", "", seconds(0)},
      {"no-cache", "", seconds(0)},
      {"max-age=-5", "", std::nullopt},
      {"max-age=ten", "", std::nullopt},
      {"max-age", "", std::nullopt},
      {"max-age=99999999999999999999", "", seconds(365 * 86'400)},
      {"s-maxage=5", "", std::nullopt},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(freshness_of(row.cache_control, row.age), row.result)
        << row.cache_control << " | " << row.age;
  }
}

const Clock::time_point kStart{};

struct Schedule : KeySchedule {
  Schedule() : KeySchedule({}, kStart) {}
  [[nodiscard]] auto due_after(Clock::time_point now) const {
    return std::chrono::duration_cast<milliseconds>(due() - now);
  }
};

TEST(KeySchedule, the_first_fetch_is_due_at_once) { EXPECT_EQ(Schedule().due(), kStart); }

TEST(KeySchedule, a_set_is_renewed_before_it_is_old_within_the_bounds_of_the_file) {
  Schedule times;
  times.fetched(kStart, seconds(1000), 0);
  EXPECT_EQ(times.due_after(kStart), milliseconds(800'000));
  times.fetched(kStart, seconds(1000), 1);
  EXPECT_EQ(times.due_after(kStart), milliseconds(720'000));
  times.fetched(kStart, seconds(0), 0);
  EXPECT_EQ(times.due_after(kStart), milliseconds(48'000));
  times.fetched(kStart, seconds(86'400), 0);
  EXPECT_EQ(times.due_after(kStart), milliseconds(2'880'000));
  times.fetched(kStart, std::nullopt, 0);
  EXPECT_EQ(times.due_after(kStart), milliseconds(2'880'000));
}

TEST(KeySchedule, failures_are_tried_again_ever_more_slowly_until_one_is_none) {
  Schedule times;
  for (const int wait : {5, 10, 20, 40, 60, 60}) {
    times.failed(kStart, 0);
    EXPECT_EQ(times.due_after(kStart), seconds(wait));
  }
  times.fetched(kStart, seconds(1000), 0);
  times.failed(kStart, 0);
  EXPECT_EQ(times.due_after(kStart), seconds(5));
}

TEST(KeySchedule, J31_unknown_keys_make_one_fetch_within_thirty_seconds) {
  Schedule times;
  times.fetched(kStart, seconds(1000), 0);
  EXPECT_TRUE(times.ask(kStart + seconds(1)));
  EXPECT_EQ(times.due(), kStart + seconds(1));
  times.fetched(kStart + seconds(1), seconds(1000), 0);
  for (int n = 0; n < 10'000; ++n) ASSERT_FALSE(times.ask(kStart + milliseconds(1'000 + 3 * n)));
  EXPECT_EQ(times.due(), kStart + seconds(801));
  EXPECT_TRUE(times.ask(kStart + seconds(31)));
}

TEST(KeySchedule, a_set_is_dead_when_it_was_not_renewed_for_too_long) {
  Schedule times;
  times.fetched(kStart, seconds(1000), 0);
  times.failed(kStart + seconds(800), 0);
  EXPECT_EQ(times.dead(), kStart + seconds(86'400));
  times.take_over(kStart + seconds(5));
  EXPECT_EQ(times.dead(), kStart + seconds(86'405));
}

}  // namespace
}  // namespace auth
