// gate.limit: how often something may happen, on this gateway or on all that share a store.
#include <array>
#include <cmath>

#include "config/scalar.h"
#include "policy/binding/namespaces.h"
#include "policy/binding/options.h"
#include "policy/binding/redis.h"
#include "policy/dictionary.h"

namespace gatehouse::policy {
namespace {

// Seconds from one to the next of "100/s"; 0: it is no rate.
double interval_of(std::string_view rate) {
  if (!config::is_rate(rate)) return 0;
  const auto slash = rate.find('/');
  const auto count = config::parse_integer(rate.substr(0, slash));
  const std::string_view unit = rate.substr(slash + 1);
  const double seconds = unit == "s" ? 1 : unit == "min" ? 60 : unit == "hour" ? 3600 : 86400;
  return count && *count != 0 ? seconds / static_cast<double>(*count) : 0;
}

// One call, on Redis's own clock.  A state that lies further ahead than the limit can bring it is
// another limit's, or from before that clock was set back.
constexpr std::string_view kScript = R"(local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local tolerance = interval * (burst - 1)
local at = tonumber(redis.call('GET', KEYS[1]) or 0)
at = math.min(math.max(at, now), now + tolerance + interval)
if at - now > tolerance then return {0, at - now - tolerance, 0} end
at = at + interval
redis.call('SET', KEYS[1], string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
local left = 0
if at - now <= tolerance then left = math.floor((tolerance - at + now) / interval) + 1 end
return {1, 0, left}
)";
constexpr std::string_view kPrefix = "gatehouse:limit:policy:";

// What the script answers, as gate.limit returns it; what is no such answer: nil and a reason.
int push_answer(lua_State* state) {
  using Kind = client::RedisReply::Kind;
  const client::RedisReply& reply = reply_at_1(state);
  if (reply.kind != Kind::list || reply.count != 3) {
    lua_pushnil(state);
    push(state, reply.kind == Kind::error ? reply.text : "no answer of the limit's script");
    lua_pushnil(state);
    return 3;
  }
  const auto items = reply.items();
  lua_pushboolean(state, items[0].integer != 0 ? 1 : 0);
  lua_pushnumber(state, static_cast<double>(items[1].integer) / 1e6);
  lua_pushnumber(state, static_cast<double>(items[2].integer));
  return 3;
}

// Asks the store at 5 about the key at 2.
int ask_store(lua_State* state, double interval, double burst) {
  Fiber& fiber = waiting_fiber(state, "gate.limit");
  luaL_checkstack(state, 8, "too many values");
  const std::string_view store = named_text(state, 5, "gate.limit: store");
  push(state, kPrefix);
  lua_pushvalue(state, 2);
  lua_concat(state, 2);
  const std::string_view key = text_argument(state, -1);
  lua_pushnumber(state, std::ceil(interval));  // never more than the rate
  const std::string_view every = text_argument(state, -1);
  lua_pushnumber(state, std::floor(burst));
  const std::string_view many = text_argument(state, -1);
  const std::array<std::string_view, 6> words = {"eval", kScript, "1", key, every, many};
  return await_reply(state, fiber, store, words, &push_answer, 3);
}

// gate.limit{key =, rate =, burst =, store =} → allowed, seconds to wait, remaining: as the plugin,
// the generic cell rate algorithm, in which `burst` may come at once.
int limit(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  only_keys(state, 1, "gate.limit", kLimitKeys);
  lua_getfield(state, 1, "key");
  lua_getfield(state, 1, "rate");
  lua_getfield(state, 1, "burst");
  lua_getfield(state, 1, "store");
  const std::string_view key = named_text(state, 2, "gate.limit: key");
  const double interval = interval_of(named_text(state, 3, "gate.limit: rate")) * 1e6;
  if (interval == 0)
    return luaL_error(state, "gate.limit: '%s' is no rate", lua_tostring(state, 3));
  const double burst = lua_isnil(state, 4) ? 1 : lua_tonumber(state, 4);
  if (!(burst >= 1)) return luaL_error(state, "gate.limit: burst is a number from 1 on");
  if (!lua_isnil(state, 5)) return ask_store(state, interval, burst);
  const auto now = wall_us(state);
  const auto taken = Dictionary::limits().take(key, interval, burst, now);
  lua_pushboolean(state, taken.allowed ? 1 : 0);
  lua_pushnumber(state, taken.wait_us / 1e6);
  lua_pushnumber(state, taken.remaining);
  return 3;
}

constexpr Function kFunctions[] = {
    {"limit", "(limit: gatehouse.Limit): boolean?, number|string, number?",
     "whether it is allowed, seconds to wait, how many are left; nil and a reason: the store did "
     "not answer",
     &limit}};

}  // namespace

const Namespace kLimit = {"gate", "limits", kFunctions};

}  // namespace gatehouse::policy
