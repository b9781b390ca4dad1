// gate.limit: how often something may happen, on this gateway.
#include <cmath>

#include "config/scalar.h"
#include "policy/binding/namespaces.h"
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

// gate.limit{key =, rate =, burst =} → allowed, seconds to wait, remaining: as the plugin, the
// generic cell rate algorithm, in which `burst` may come at once.
int limit(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  lua_getfield(state, 1, "key");
  lua_getfield(state, 1, "rate");
  lua_getfield(state, 1, "burst");
  lua_getfield(state, 1, "store");
  if (!lua_isnil(state, 5))
    return luaL_error(state, "gate.limit counts on this gateway alone: no store is there yet");
  const std::string_view key = text_argument(state, 2);
  const double interval = interval_of(text_argument(state, 3)) * 1e6;
  if (interval == 0)
    return luaL_error(state, "gate.limit: '%s' is no rate", lua_tostring(state, 3));
  const double burst = std::max(luaL_optnumber(state, 4, 1), 1.0);
  const auto now = wall_us(state);
  const auto taken = Dictionary::limits().take(key, interval, burst, now);
  lua_pushboolean(state, taken.allowed ? 1 : 0);
  lua_pushnumber(state, taken.wait_us / 1e6);
  lua_pushnumber(state, taken.remaining);
  return 3;
}

constexpr Function kFunctions[] = {{"limit", "(limit: gatehouse.Limit): boolean, number, number",
                                    "whether it is allowed, seconds to wait, how many are left",
                                    &limit}};

}  // namespace

const Namespace kLimit = {"gate", "limits", kFunctions};

}  // namespace gatehouse::policy
