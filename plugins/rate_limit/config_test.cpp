#include "config.h"

#include <gtest/gtest.h>

namespace rate_limit {
namespace {

TEST(Config, rates_by_the_table) {
  struct Row {
    std::string_view text;
    std::uint64_t count, seconds;
  };
  const Row kGood[] = {{"10/s", 10, 1},
                       {"500/min", 500, 60},
                       {"1/hour", 1, 3600},
                       {"1000000000/day", 1'000'000'000, 86'400}};
  for (const auto& row : kGood) {
    const auto rate = parse_rate(row.text);
    ASSERT_TRUE(rate) << row.text;
    EXPECT_EQ(rate->count, row.count);
    EXPECT_EQ(rate->seconds, row.seconds);
  }
  for (const std::string_view text :
       {"", "10", "/s", "0/s", "-1/s", "1.5/s", "10/m", "10 /s", "10/s ", "10/sec", "1000000001/s",
        "99999999999999999999/s"}) {
    EXPECT_FALSE(parse_rate(text)) << text;
  }
}

TEST(Config, keys_by_the_table) {
  for (const std::string_view text : {"client_ip", "user", "route", "header:X-Tenant",
                                      "claim:tenant", "value:plan", "claim:a:b"}) {
    EXPECT_TRUE(parse_key(text)) << text;
  }
  EXPECT_EQ(parse_key("claim:a:b")->name, "a:b");
  for (const std::string_view text : {"", "ip", "header", "header:", "client_ip:", "user:x",
                                      "Header:x", "claim:a\"b", "value:\n"}) {
    EXPECT_FALSE(parse_key(text)) << text;
  }
}

TEST(Config, a_limit_without_burst_admits_its_rate_at_once) {
  Config config;
  config.rate = "10/min";
  EXPECT_EQ(limit_of(config).decide(0, 1).remaining, 9U);
  config.burst = 3;
  EXPECT_EQ(limit_of(config).decide(0, 1).remaining, 2U);
}

}  // namespace
}  // namespace rate_limit
