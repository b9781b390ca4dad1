#include "supervise/restart_policy.h"

#include <gtest/gtest.h>

namespace gatehouse::supervise {
namespace {

constexpr Micros kLong = RestartPolicy::kSoon;
constexpr Micros kShort{1};

TEST(RestartPolicy, restarts_at_once_whoever_served_for_long) {
  RestartPolicy policy;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(policy.after_death(kLong), Millis{0});
}

TEST(RestartPolicy, waits_longer_and_longer_for_one_that_keeps_dying_soon) {
  RestartPolicy policy;
  for (const int expected : {0, 50, 100, 200, 400, 800, 1000, 1000, 1000}) {
    EXPECT_EQ(policy.after_death(kShort), Millis{expected});
  }
  EXPECT_EQ(policy.after_death(kLong), Millis{0});
}

TEST(RestartPolicy, gives_up_at_the_fifth_death_in_a_row_before_it_served) {
  RestartPolicy policy;
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(policy.after_death(std::nullopt));
  EXPECT_TRUE(policy.after_death(kShort));  // this one served
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(policy.after_death(std::nullopt));
  EXPECT_FALSE(policy.after_death(std::nullopt));
  EXPECT_EQ(policy.unready_deaths(), 5u);
}

TEST(RestartPolicy, never_gives_up_on_one_that_serves_each_time) {
  RestartPolicy policy;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(policy.after_death(kShort));
}

}  // namespace
}  // namespace gatehouse::supervise
