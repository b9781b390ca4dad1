#include "config/redis_url.h"

#include <gtest/gtest.h>

namespace gatehouse::config {
namespace {

TEST(RedisUrl, says_where_and_as_whom) {
  struct Row {
    std::string_view text, address, user, password;
    std::uint32_t database;
  };
  const Row kRows[] = {
      {"redis://h", "h:6379", "", "", 0},
      {"redis://127.0.0.1:6380/3", "127.0.0.1:6380", "", "", 3},
      {"redis://h/", "h:6379", "", "", 0},
      {"redis://[::1]", "[::1]:6379", "", "", 0},
      {"redis://[::1]:7/1", "[::1]:7", "", "", 1},
      {"redis://:p%40ss@h", "h:6379", "", "p@ss", 0},
      {"redis://gate:a:b@c@h:1", "h:1", "gate", "a:b@c", 0},
      {"redis://gate@h", "h:6379", "gate", "", 0},
      {"unix:///run/redis.sock", "unix:/run/redis.sock", "", "", 0},
      {"unix://gate:pw@/run/redis.sock?db=9", "unix:/run/redis.sock", "gate", "pw", 9},
  };
  for (const Row& row : kRows) {
    const auto url = parse_redis_url(row.text);
    ASSERT_TRUE(url) << row.text;
    EXPECT_EQ(url->address, row.address) << row.text;
    EXPECT_EQ(url->user, row.user) << row.text;
    EXPECT_EQ(url->password, row.password) << row.text;
    EXPECT_EQ(url->database, row.database) << row.text;
  }
}

TEST(RedisUrl, is_refused_when_it_is_none) {
  for (const std::string_view text :
       {"", "redis://", "redis:///1", "redis://h:0", "redis://h:x", "redis://h/x", "redis://h/-1",
        "redis://h/1/2", "redis://u:%4@h", "redis://u:%zz@h", "redis://1.2.3:6379", "http://h",
        "unix://run/redis.sock", "unix://", "unix:///r?db=x", "unix:///r?x=1", "redis://h?db=1"}) {
    EXPECT_FALSE(parse_redis_url(text)) << text;
  }
}

}  // namespace
}  // namespace gatehouse::config
