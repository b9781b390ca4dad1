// gate.redis: commands of the store of routes.yaml.
#include "policy/binding/redis.h"

#include <array>
#include <utility>

#include "exchange/services.h"
#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

constexpr int kMostWords = 256;
constexpr int kMostDepth = 8;  // of lists in lists

// Those that read and write keys; what is left out would mean other users of the store, or wait in
// it.
constexpr std::array kCommands = {
    "get",     "set",    "setex", "setnx",     "getdel",   "del",   "exists",  "expire",
    "pexpire", "ttl",    "pttl",  "incr",      "incrby",   "decr",  "decrby",  "append",
    "mget",    "mset",   "hget",  "hset",      "hmget",    "hdel",  "hgetall", "hexists",
    "hincrby", "sadd",   "srem",  "sismember", "smembers", "scard", "zadd",    "zrem",
    "zscore",  "zrange", "zcard", "lpush",     "rpush",    "lpop",  "rpop",    "llen",
    "lrange",  "ltrim",  "eval",  "evalsha",   "publish"};

int push_reply(lua_State* state, const client::RedisReply& reply, int depth) {
  using Kind = client::RedisReply::Kind;
  luaL_checkstack(state, 4, "too deep");
  switch (reply.kind) {
    case Kind::nil:
      lua_pushboolean(state, 0);
      return 1;
    case Kind::integer:
      lua_pushnumber(state, static_cast<double>(reply.integer));
      return 1;
    case Kind::text:
    case Kind::status:
    case Kind::error:
      push(state, reply.text);
      return 1;
    case Kind::list:
      break;
  }
  lua_createtable(state, static_cast<int>(std::min<std::size_t>(reply.count, 1000)), 0);
  int at = 0;
  for (const auto& item : reply.items()) {
    if (depth < kMostDepth)
      push_reply(state, item, depth + 1);
    else
      lua_pushboolean(state, 0);
    lua_rawseti(state, -2, ++at);
  }
  return 1;
}

// What a call returns: the reply, false where the store has nothing; nil and a reason.
int push_result(lua_State* state) {
  const client::RedisReply& reply = reply_at_1(state);
  if (reply.kind == client::RedisReply::Kind::error) {
    lua_pushnil(state);
    push(state, reply.text);
    return 2;
  }
  push_reply(state, reply, 0);
  lua_pushnil(state);
  return 2;
}

class RedisOperation final : public Operation {
 public:
  RedisOperation(Fiber& fiber, std::string_view store, std::span<const std::string_view> words,
                 PushReply push, int values)
      : fiber_(fiber),
        push_(push),
        values_(values),
        call_(services(fiber).loop(), services(fiber).redis_named(store), words,
              &RedisOperation::on_done, this) {}

 private:
  static exchange::Services& services(Fiber& fiber) {
    return *fiber.run->exchange->space->services;
  }
  static void on_done(void* self, Reason reason, const client::RedisReply* reply) {
    static_cast<RedisOperation*>(self)->done(reason, reply);
  }
  void done(Reason reason, const client::RedisReply* reply) {
    lua_State* thread = fiber_.thread;
    Run& run = *fiber_.run;
    if (reply == nullptr) {
      lua_pushnil(thread);
      push(thread, word(reason));
      return wake(fiber_, 2);
    }
    // Pushing may raise, and the fiber that would catch it does not run yet.
    Vm& vm = Vm::of(thread);
    lua_pushcfunction(vm.state(), push_);
    lua_pushlightuserdata(vm.state(), const_cast<client::RedisReply*>(reply));
    if (!vm.call(run, 1, values_)) return run.waiter->settled(run, Vm::Outcome::failed);
    lua_xmove(vm.state(), thread, values_);
    wake(fiber_, values_);
  }

  Fiber& fiber_;
  PushReply push_;
  int values_;
  client::RedisCall call_;
};

int send(lua_State* state, const char* command) {
  Fiber& fiber = waiting_fiber(state, "gate.redis");
  const int count = lua_gettop(state);
  if (count >= kMostWords) return luaL_error(state, "gate.redis.%s: too many arguments", command);
  std::array<std::string_view, kMostWords> words;
  words[0] = command;
  for (int i = 1; i <= count; ++i) words[static_cast<std::size_t>(i)] = text_argument(state, i);
  return await_reply(state, fiber, "redis",
                     std::span(words).first(static_cast<std::size_t>(count) + 1), &push_result, 2);
}

template <std::size_t I>
int command(lua_State* state) {
  return send(state, kCommands[I]);
}

template <std::size_t... I>
constexpr std::array<Function, sizeof...(I)> rows(std::index_sequence<I...>) {
  return {Function{kCommands[I], "(...: string|number): any, string?",
                   "the reply; false: the store has nothing; nil and a reason: it failed",
                   &command<I>}...};
}
constexpr auto kFunctions = rows(std::make_index_sequence<kCommands.size()>());

}  // namespace

int await_reply(lua_State* state, Fiber& fiber, std::string_view store,
                std::span<const std::string_view> words, PushReply push, int values) {
  if (!fiber.run->meter.take_call()) {
    lua_pushnil(state);
    lua_pushliteral(state, "no calls are left of the budget");
    return 2;
  }
  return park(fiber, std::make_unique<RedisOperation>(fiber, store, words, push, values));
}

const Namespace kRedis = {"gate.redis", "the store of routes.yaml", kFunctions};

}  // namespace gatehouse::policy
