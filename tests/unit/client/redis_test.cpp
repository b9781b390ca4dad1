// Commands of a worker on one connection: order, batches, deadlines, absence.
#include "client/redis.h"

#include <gtest/gtest.h>

#include "lib/redis_peer.h"

namespace gatehouse::client {
namespace {

using test::Asked;
using test::RedisPeer;
using Replies = std::vector<std::string>;

constexpr std::string_view kGetA = "*2\r\n$3\r\nGET\r\n$1\r\na\r\n";
constexpr std::string_view kGetB = "*2\r\n$3\r\nGET\r\n$1\r\nb\r\n";

TEST(Redis, greets_with_what_the_address_says) {
  RedisOptions options;
  options.user = "gate";
  options.password = "pa ss";
  options.database = 3;
  RedisPeer peer(options);
  peer.connects();
  peer.far().takes(
      "*3\r\n$4\r\nAUTH\r\n$4\r\ngate\r\n$5\r\npa ss\r\n*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n"
      "*1\r\n$4\r\nPING\r\n");
  EXPECT_FALSE(peer.redis->ready());
  peer.sends("+OK\r\n+OK\r\n+PONG\r\n");
  EXPECT_TRUE(peer.redis->ready());
  EXPECT_EQ(peer.metrics.redis_connections_open.value(), 1);
}

TEST(Redis, commands_of_one_turn_leave_in_one_write_and_are_answered_in_order) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"});
  Asked& b = peer.asks({"GET", "b"});
  peer.far().takes("");
  peer.loop.run_deferred();
  peer.far().takes(std::string(kGetA) + std::string(kGetB));
  peer.sends("$1\r\nA\r\n$-1\r\n");
  EXPECT_EQ(a.replies, Replies{"\"A\""});
  EXPECT_EQ(b.replies, Replies{"nil"});
  EXPECT_EQ(peer.metrics.redis_commands.value(), 2U);
}

TEST(Redis, commands_wait_for_the_first_connection) {
  RedisPeer peer;
  Asked& a = peer.asks({"GET", "a"});
  peer.connects();
  peer.far().takes("*1\r\n$4\r\nPING\r\n");  // none on a connection that is not greeted
  EXPECT_TRUE(a.replies.empty());
  peer.sends("+PONG\r\n");
  peer.far().takes(kGetA);
  peer.sends(":5\r\n");
  EXPECT_EQ(a.replies, Replies{"5"});
}

TEST(Redis, a_reply_of_any_type_is_handed_over_wherever_it_is_cut) {
  struct Row {
    std::string_view bytes, told;
  };
  const Row kRows[] = {
      {"+OK\r\n", "+OK"},
      {"-ERR no\r\n", "-ERR no"},
      {":-7\r\n", "-7"},
      {"$3\r\na\rb\r\n", "\"a\rb\""},
      {"$0\r\n\r\n", "\"\""},
      {"$-1\r\n", "nil"},
      {"*-1\r\n", "nil"},
      {"*0\r\n", "[]"},
      {"*4\r\n:1\r\n*2\r\n+x\r\n-y\r\n$-1\r\n$1\r\nz\r\n", "[1 [+x -y] nil \"z\"]"}};
  for (const Row& row : kRows) {
    for (std::size_t cut = 0; cut < row.bytes.size(); ++cut) {
      RedisPeer peer;
      peer.is_ready();
      Asked& a = peer.asks({"ANY"});
      peer.settle();
      peer.sends(row.bytes.substr(0, cut));
      EXPECT_TRUE(a.replies.empty());
      peer.sends(row.bytes.substr(cut));
      EXPECT_EQ(a.replies, Replies{std::string(row.told)}) << row.bytes << " cut at " << cut;
    }
  }
}

TEST(Redis, a_peer_that_is_no_redis_is_left) {
  for (const std::string_view bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "$x\r\n", "*99999999999999999999\r\n", ":\r\n",
        "%1\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
        "+A\r\n+B\r\n"}) {
    RedisPeer peer;
    peer.is_ready();
    Asked& a = peer.asks({"ANY"});
    peer.settle();
    peer.sends(bytes);
    EXPECT_EQ(a.replies.size(), 1U) << bytes;
    EXPECT_FALSE(peer.redis->ready()) << bytes;
    EXPECT_EQ(peer.metrics.redis_connections_open.value(), 0) << bytes;
  }
}

TEST(Redis, a_reply_that_is_too_large_costs_its_command_and_the_connection) {
  const std::string filler(600, 'x');
  for (const std::string& bytes : {"$700\r\n" + filler, std::string("*1000\r\n"),
                                   "*2\r\n$300\r\n" + filler.substr(0, 300) + "\r\n$300\r\n" +
                                       filler.substr(0, 300) + "\r\n"}) {
    RedisOptions options;
    options.most_reply = 512;
    RedisPeer peer(options);
    peer.is_ready();
    Asked& a = peer.asks({"GET", "a"});
    Asked& b = peer.asks({"GET", "b"});
    peer.settle();
    peer.sends(bytes);
    EXPECT_EQ(a.replies, Replies{"answer_too_large"});
    EXPECT_EQ(b.replies, Replies{"store_unavailable"});
    EXPECT_FALSE(peer.redis->ready());
  }
}

TEST(Redis, what_would_take_the_connection_from_others_is_not_sent) {
  RedisPeer peer;
  peer.is_ready();
  for (const std::vector<std::string_view>& words :
       std::vector<std::vector<std::string_view>>{{"blpop", "a", "0"},
                                                  {"SUBSCRIBE", "a"},
                                                  {"Multi"},
                                                  {"SELECT", "1"},
                                                  {"WAITAOF", "1"},
                                                  {"XREAD", "block", "0"},
                                                  {}}) {
    Asked& asked = peer.asks(words);
    EXPECT_TRUE(asked.replies.empty());
    peer.settle();
    ASSERT_EQ(asked.replies.size(), 1U);
    EXPECT_TRUE(asked.replies[0].starts_with("-ERR"));
  }
  peer.far().takes("");
  peer.asks({"XREAD", "COUNT", "1"});
  peer.settle();
  EXPECT_FALSE(peer.far().takes().empty());
}

TEST(Redis, a_full_queue_answers_at_once) {
  RedisOptions options;
  options.queue = 2;
  RedisPeer peer(options);
  peer.is_ready();
  peer.asks({"GET", "a"});
  peer.asks({"GET", "b"});
  Asked& third = peer.asks({"GET", "c"});
  peer.settle();
  EXPECT_EQ(third.replies, Replies{"store_full"});
  peer.sends("$-1\r\n");
  Asked& fourth = peer.asks({"GET", "d"});
  peer.settle();
  EXPECT_TRUE(fourth.replies.empty());
}

TEST(Redis, a_command_that_was_given_up_does_not_move_the_others) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"});
  Asked& b = peer.asks({"GET", "b"});
  peer.settle();
  a.call.reset();
  peer.sends(":1\r\n:2\r\n");
  EXPECT_TRUE(a.replies.empty());
  EXPECT_EQ(b.replies, Replies{"2"});
}

TEST(Redis, a_slow_store_is_late_for_one_command_and_keeps_its_connection) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"}, Millis(20));
  Asked& b = peer.asks({"GET", "b"}, Millis(1000));
  peer.settle();
  peer.passes(Millis(30));
  EXPECT_EQ(a.replies, Replies{"store_timeout"});
  EXPECT_TRUE(peer.redis->ready());
  peer.sends(":1\r\n:2\r\n");
  EXPECT_EQ(b.replies, Replies{"2"});
}

TEST(Redis, a_store_that_hangs_is_away_after_its_timeout) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"});
  Asked& b = peer.asks({"GET", "b"}, Millis(5000));
  peer.settle();
  peer.passes(Millis(110));
  EXPECT_EQ(a.replies, Replies{"store_timeout"});
  EXPECT_EQ(b.replies, Replies{"store_unavailable"});
  Asked& c = peer.asks({"GET", "c"});
  EXPECT_TRUE(c.replies.empty());  // never from inside the call
  peer.settle();
  EXPECT_EQ(c.replies, Replies{"store_unavailable"});
}

TEST(Redis, is_back_within_two_seconds_whatever_kept_it_away) {
  for (const bool refused : {true, false}) {
    RedisPeer peer;
    peer.is_ready();
    peer.net.greets = [refused](const std::string&) {
      return refused ? test::Greeting::refuses : test::Greeting::never_answers;
    };
    static_cast<test::MemoryFarEnd&>(*peer.net.opened.back().far).closes();
    peer.settle();
    EXPECT_FALSE(peer.redis->ready());
    for (int i = 0; i < 1000; ++i) peer.passes(Millis(10));
    EXPECT_LT(peer.net.attempts, refused ? 80U : 15U);
    EXPECT_GT(peer.net.attempts, 6U);
    peer.net.greets = [](const std::string&) { return test::Greeting::accepts; };
    peer.net.opened.clear();
    for (int i = 0; i < 199 && peer.net.opened.empty(); ++i) peer.passes(Millis(10));
    ASSERT_FALSE(peer.net.opened.empty());
    peer.sends("+PONG\r\n");
    EXPECT_TRUE(peer.redis->ready());
    Asked& a = peer.asks({"GET", "a"});
    peer.settle();
    peer.sends(":1\r\n");
    EXPECT_EQ(a.replies, Replies{"1"});
  }
}

TEST(Redis, a_refused_greeting_lets_no_command_through) {
  RedisOptions options;
  options.password = "wrong";
  RedisPeer peer(options);
  Asked& a = peer.asks({"GET", "a"});
  peer.connects();
  EXPECT_FALSE(peer.far().takes().empty());
  peer.sends("-WRONGPASS invalid\r\n+PONG\r\n");
  EXPECT_EQ(a.replies, Replies{"store_unavailable"});
  EXPECT_FALSE(peer.redis->ready());
  peer.far().takes("");
}

TEST(Redis, what_the_store_does_not_take_goes_on_when_it_does) {
  RedisPeer peer;
  peer.is_ready();
  static_cast<test::MemoryFarEnd&>(*peer.net.opened.back().far).holds(10);
  Asked& a = peer.asks({"GET", "a"});
  peer.settle();
  peer.far().takes(kGetA);
  peer.sends(":1\r\n");
  EXPECT_EQ(a.replies, Replies{"1"});
}

TEST(Redis, one_that_is_replaced_ends_when_its_commands_have) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"});
  bool quiet = false;
  peer.redis->retire([&] { quiet = true; });
  peer.settle();
  EXPECT_FALSE(quiet);
  peer.sends(":1\r\n");
  EXPECT_EQ(a.replies, Replies{"1"});
  EXPECT_TRUE(quiet);
}

TEST(Redis, commands_end_with_their_client) {
  RedisPeer peer;
  peer.is_ready();
  Asked& a = peer.asks({"GET", "a"});
  peer.redis.reset();
  peer.loop.run_deferred();
  EXPECT_EQ(a.replies, Replies{"store_unavailable"});
  EXPECT_EQ(peer.metrics.redis_connections_open.value(), 0);
}

}  // namespace
}  // namespace gatehouse::client
