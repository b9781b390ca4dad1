#include "observe/timestamp.h"

#include <gtest/gtest.h>

namespace gatehouse::observe {
namespace {

TEST(Timestamp, writes_utc_with_microseconds) {
  EXPECT_EQ(Timestamp::text(0), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(Timestamp::text(951'827'696'000'001), "2000-02-29T12:34:56.000001Z");
  EXPECT_EQ(Timestamp::text(4'102'444'799'999'999), "2099-12-31T23:59:59.999999Z");
  EXPECT_EQ(Timestamp::text(-1), "1969-12-31T23:59:59.999999Z");
}

TEST(Timestamp, notices_that_the_second_changed) {
  Timestamp stamp;
  char out[Timestamp::kLength];
  const auto at = [&](std::int64_t us) { return std::string(out, stamp.write(out, us)); };
  EXPECT_EQ(at(59'999'999), "1970-01-01T00:00:59.999999Z");
  EXPECT_EQ(at(60'000'000), "1970-01-01T00:01:00.000000Z");
  EXPECT_EQ(at(59'000'000), "1970-01-01T00:00:59.000000Z");
}

}  // namespace
}  // namespace gatehouse::observe
