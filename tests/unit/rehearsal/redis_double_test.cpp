#include "rehearsal/redis_double.h"

#include <gtest/gtest.h>

#include "policy/binding/namespaces.h"

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
    {"hset gone f 1", ":1\r\n"},
    {"hlen gone", ":1\r\n"},
    {"type gone", "+hash\r\n"},
    {"hdel gone f", ":1\r\n"},
    {"exists gone", ":0\r\n"},
    {"rpush r a b c d", ":4\r\n"},
    {"ltrim r 1 -2", "+OK\r\n"},
    {"lrange r 0 -1", "*2\r\n$1\r\nb\r\n$1\r\nc\r\n"},
    {"ltrim r 5 6", "+OK\r\n"},
    {"exists r", ":0\r\n"},
    {"zadd z 2 b 1 a 2.5 c", ":3\r\n"},
    {"zadd z XX CH 3 b 9 none", ":1\r\n"},
    {"zadd z GT 1 b", ":0\r\n"},
    {"zscore z c", "$3\r\n2.5\r\n"},
    {"zscore z none", "$-1\r\n"},
    {"zrange z 0 -1", "*3\r\n$1\r\na\r\n$1\r\nc\r\n$1\r\nb\r\n"},
    {"zrange z 0 0 REV WITHSCORES", "*2\r\n$1\r\nb\r\n$1\r\n3\r\n"},
    {"zrange z (1 +inf BYSCORE LIMIT 0 1", "*1\r\n$1\r\nc\r\n"},
    {"zrangebyscore z -inf 2.5", "*2\r\n$1\r\na\r\n$1\r\nc\r\n"},
    {"zrange z 0 1 SOON", "-ERR syntax error\r\n"},
    {"zcount z 1 (3", ":2\r\n"},
    {"zrank z b", ":2\r\n"},
    {"zincrby z -2 b", "$1\r\n1\r\n"},
    {"zremrangebyscore z -inf 1", ":2\r\n"},
    {"zcard z", ":1\r\n"},
    {"zrem z c none", ":1\r\n"},
    {"exists z", ":0\r\n"},
    {"zadd z one a", "-ERR value is not a valid float\r\n"},
    {"publish c m", ":0\r\n"},
    {"set p v EX 9", "+OK\r\n"},
    {"persist p", ":1\r\n"},
    {"ttl p", ":-1\r\n"},
};

TEST(RedisDouble, answers_as_the_server_does) {
  FakeClock clock;
  RedisDouble redis(clock);
  for (const auto& row : kRows)
    EXPECT_EQ(redis.answer(words(row.command)), row.reply) << row.command;
}

// Each in a store of its own, with the key k and the argument 5.
constexpr Row kScripts[] = {
    {"return 1", ":1\r\n"},
    {"return 3.9", ":3\r\n"},
    {"return {1, 'a', {2}, nil, 3}", "*3\r\n:1\r\n$1\r\na\r\n*1\r\n:2\r\n"},
    {"return false", "$-1\r\n"},
    {"return redis.call('get', KEYS[1])", "$-1\r\n"},
    {"redis.call('set', KEYS[1], ARGV[1]) return redis.call('incrby', KEYS[1], 2)", ":7\r\n"},
    {"return redis.call('set', 'a', 1)", "+OK\r\n"},
    {"return redis.status_reply('FINE')", "+FINE\r\n"},
    {"return redis.error_reply('MINE is wrong')", "-MINE is wrong\r\n"},
    {"redis.call('rpush', 'l', 1, 2) return #redis.call('lrange', 'l', 0, -1)", ":2\r\n"},
    {"redis.call('set', 'a', 'x') return redis.call('incr', 'a')",
     "-ERR value is not an integer or out of range\r\n"},
    {"redis.call('set', 'a', 'x') return redis.pcall('incr', 'a').err:sub(1, 3)", "$3\r\nERR\r\n"},
    {"local t = redis.call('TIME') return t[1]", "$10\r\n1700000000\r\n"},
    {"return redis.sha1hex('')", "$40\r\nda39a3ee5e6b4b0d3255bfef95601890afd80709\r\n"},
    {"x = 1", "-ERR user_script:1: a script makes no global variables: x\r\n"},
    {"return os.time()", "-ERR user_script:1: there is no global variable os\r\n"},
    {"while true do end", "-ERR the script does not end\r\n"},
    {"redis.call({})", "-ERR words of a command are texts or numbers\r\n"},
};

TEST(RedisDouble, runs_scripts_as_the_server_does) {
  for (const auto& row : kScripts) {
    FakeClock clock;
    RedisDouble redis(clock);
    EXPECT_EQ(redis.answer({"eval", row.command, "1", "k", "5"}), row.reply) << row.command;
  }
}

TEST(RedisDouble, a_script_that_was_sent_once_is_known_by_its_digest) {
  FakeClock clock;
  RedisDouble redis(clock);
  const std::string sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";  // of "return 1"
  EXPECT_EQ(redis.answer({"evalsha", sha1, "0"}),
            "-NOSCRIPT No matching script. Please use EVAL.\r\n");
  EXPECT_EQ(redis.answer({"script", "load", "return 1"}), "$40\r\n" + sha1 + "\r\n");
  EXPECT_EQ(redis.answer({"evalsha", sha1, "0"}), ":1\r\n");
  EXPECT_EQ(redis.answer({"script", "exists", sha1, "0"}), "*2\r\n:1\r\n:0\r\n");
  EXPECT_EQ(redis.answer({"eval", "return 1", "2", "k"}),
            "-ERR Number of keys can't be greater than number of args\r\n");
}

TEST(RedisDouble, has_each_command_that_a_policy_can_call) {
  const auto known = RedisDouble::known();
  for (const auto& function : policy::kRedis.functions)
    EXPECT_NE(std::find(known.begin(), known.end(), function.name), known.end()) << function.name;
}

TEST(RedisDouble, what_it_has_not_is_an_error_that_names_what_it_has) {
  FakeClock clock;
  RedisDouble redis(clock);
  const std::string said = redis.answer({"XADD", "s", "*", "a", "b"});
  EXPECT_TRUE(said.starts_with("-ERR the Redis of tests has no 'xadd'; it has append auth "))
      << said;
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
