#include "rehearsal/redis_double.h"

#include <gtest/gtest.h>

namespace gatehouse::rehearsal {
namespace {

// Splits at blanks.
std::vector<std::string> words(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) c == ' ' ? void(out.emplace_back()) : out.back().push_back(c);
  return out;
}

struct Row {
  const char* command;
  const char* reply;
};

// One after another, in one store.
constexpr Row kRows[] = {
    {"PING", "+PONG\r\n"},
    {"get a", "$-1\r\n"},
    {"set a 1", "+OK\r\n"},
    {"SET a 2 NX", "$-1\r\n"},
    {"get a", "$1\r\n1\r\n"},
    {"incr a", ":2\r\n"},
    {"incrby a 40", ":42\r\n"},
    {"decr b", ":-1\r\n"},
    {"set t x", "+OK\r\n"},
    {"incr t", "-ERR value is not an integer or out of range\r\n"},
    {"hset h f 1 g 2", ":2\r\n"},
    {"hincrby h f 4", ":5\r\n"},
    {"hmget h g none", "*2\r\n$1\r\n2\r\n$-1\r\n"},
    {"hgetall h", "*4\r\n$1\r\nf\r\n$1\r\n5\r\n$1\r\ng\r\n$1\r\n2\r\n"},
    {"get h", "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n"},
    {"sadd s a b", ":2\r\n"},
    {"sismember s b", ":1\r\n"},
    {"scard s", ":2\r\n"},
    {"rpush l a b", ":2\r\n"},
    {"lpush l z", ":3\r\n"},
    {"lrange l 0 -1", "*3\r\n$1\r\nz\r\n$1\r\na\r\n$1\r\nb\r\n"},
    {"rpop l", "$1\r\nb\r\n"},
    {"mget a none", "*2\r\n$2\r\n42\r\n$-1\r\n"},
    {"exists a h none", ":2\r\n"},
    {"del a h none", ":2\r\n"},
    {"set k v EX 60", "+OK\r\n"},
    {"ttl k", ":60\r\n"},
    {"pttl k", ":60000\r\n"},
    {"ttl t", ":-1\r\n"},
    {"ttl none", ":-2\r\n"},
    {"getdel k", "$1\r\nv\r\n"},
    {"set k", "-ERR wrong number of arguments for 'set' command\r\n"},
    {"eval x 0", "-ERR the rehearsal's Redis has no 'eval'\r\n"},
};

TEST(RedisDouble, answers_as_the_server_does) {
  FakeClock clock;
  RedisDouble redis(clock);
  for (const auto& row : kRows)
    EXPECT_EQ(redis.answer(words(row.command)), row.reply) << row.command;
}

TEST(RedisDouble, a_key_ends_with_its_time) {
  FakeClock clock;
  RedisDouble redis(clock);
  static_cast<void>(redis.answer(words("setex k 60 v")));
  clock.advance(Micros(59'999'999));
  EXPECT_EQ(redis.answer({"get", "k"}), "$1\r\nv\r\n");
  clock.advance(Micros(1));
  EXPECT_EQ(redis.answer({"get", "k"}), "$-1\r\n");
}

TEST(RedisDouble, commands_come_in_any_pieces) {
  FakeClock clock;
  RedisDouble redis(clock);
  const std::string bytes =
      "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$2\r\nab\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const auto far = redis.connection();
    std::string in = bytes.substr(0, cut), out;
    far->on_bytes(in, false, out);
    in += bytes.substr(cut);
    far->on_bytes(in, false, out);
    EXPECT_EQ(out, "+OK\r\n$2\r\nab\r\n") << cut;
  }
}

}  // namespace
}  // namespace gatehouse::rehearsal
