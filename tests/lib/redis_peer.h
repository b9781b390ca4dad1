// A worker's Redis client in memory, with a clock and a server that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/redis.h"
#include "lib/memory_net.h"

namespace gatehouse::test {

// One command and what became of it.
struct Asked {
  std::vector<std::string> replies;  // "reason" or what `told` makes of the reply
  std::unique_ptr<client::RedisCall> call;
};

// A reply as text: nil, 5, +status, "text", -error, [a b].
inline std::string told(const client::RedisReply& reply) {
  using Kind = client::RedisReply::Kind;
  std::string out;
  switch (reply.kind) {
    case Kind::nil:
      return "nil";
    case Kind::integer:
      return std::to_string(reply.integer);
    case Kind::status:
      return '+' + std::string(reply.text);
    case Kind::text:
      return '"' + std::string(reply.text) + '"';
    case Kind::error:
      return '-' + std::string(reply.text);
    case Kind::list:
      for (const auto& item : reply.items()) out += (out.empty() ? "" : " ") + told(item);
      return '[' + out + ']';
  }
  return out;
}

class RedisPeer {
 public:
  explicit RedisPeer(client::RedisOptions options = {}) {
    options.name = "redis";
    redis = std::make_unique<client::Redis>(client::RedisContext{loop, net, metrics, random},
                                            std::move(options), state);
  }

  void connects() {
    redis->set_addresses({*net::Address::parse("10.0.0.1:6379")});
    settle();
  }
  // Connected, and greeted.
  void is_ready() {
    connects();
    far().takes("*1\r\n$4\r\nPING\r\n");
    sends("+PONG\r\n");
  }
  void sends(std::string_view bytes) {
    far().sends(bytes);
    settle();
  }
  void passes(Micros time) {
    clock.advance(time);
    loop.turn(false);
    loop.run_timers();
    settle();
  }
  // Until nothing moves.
  void settle() {
    for (bool moved = true; moved;) {
      loop.turn(false);
      moved = net.step();
      loop.run_deferred();
      moved = net.pump() || moved;
    }
  }

  Asked& asks(std::vector<std::string_view> words, Millis timeout = Millis(0)) {
    asked.push_back(std::make_unique<Asked>());
    Asked& here = *asked.back();
    here.call = std::make_unique<client::RedisCall>(
        loop, redis.get(), words,
        [](void* user, Reason reason, const client::RedisReply* reply) {
          static_cast<Asked*>(user)->replies.push_back(
              reply != nullptr ? told(*reply) : std::string(word(reason)));
        },
        &here, timeout);
    return here;
  }

  struct Far {
    MemoryFarEnd& end;
    void sends(std::string_view bytes) { end.sends(bytes); }
    // What the client has sent, once.
    [[nodiscard]] std::string takes() {
      end.pump();
      return end.takes();
    }
    void takes(std::string_view expected) { EXPECT_EQ(takes(), expected); }
  };
  Far far() { return {static_cast<MemoryFarEnd&>(*net.opened.back().far)}; }

  FakeClock clock;
  event::Loop loop{clock};
  MemoryNet net;
  observe::WorkerMetrics metrics;
  Random random{7};
  std::shared_ptr<client::RedisState> state = std::make_shared<client::RedisState>();
  std::vector<std::unique_ptr<Asked>> asked;
  std::unique_ptr<client::Redis> redis;
};

}  // namespace gatehouse::test
