// gate.shared: what all workers and policies know together.
#include "policy/binding/namespaces.h"
#include "policy/binding/waits.h"
#include "policy/dictionary.h"

namespace gatehouse::policy {
namespace {

using Value = Dictionary::Value;

std::int64_t expires(lua_State* state, int index) {
  if (lua_isnoneornil(state, index)) return Dictionary::kNever;
  return wall_us(state) + static_cast<std::int64_t>(seconds_argument(state, index) * 1e6);
}

// What raises is asked before there is anything to be destroyed.
int kind_argument(lua_State* state, int index) {
  const int kind = lua_type(state, index);
  if (kind != LUA_TBOOLEAN && kind != LUA_TNUMBER && kind != LUA_TSTRING)
    luaL_argerror(state, index, "a text, a number or a boolean expected");
  return kind;
}

Value value_argument(lua_State* state, int index) {
  switch (lua_type(state, index)) {
    case LUA_TBOOLEAN:
      return lua_toboolean(state, index) != 0;
    case LUA_TNUMBER:
      return lua_tonumber(state, index);
    default: {
      std::size_t size = 0;
      const char* text = lua_tolstring(state, index, &size);
      return std::string(text, size);
    }
  }
}

int full(lua_State* state) {
  lua_pushnil(state);
  lua_pushliteral(state, "no room is left");
  return 2;
}

int get(lua_State* state) {
  const std::string_view key = text_argument(state, 1);
  const auto value = Dictionary::shared().get(key, wall_us(state));
  if (!value) {
    lua_pushnil(state);  // nothing at all would be no argument of another function
  } else if (const auto* flag = std::get_if<bool>(&*value)) {
    lua_pushboolean(state, *flag ? 1 : 0);
  } else if (const auto* number = std::get_if<double>(&*value)) {
    lua_pushnumber(state, *number);
  } else {
    push(state, std::get<std::string>(*value));
  }
  return 1;
}

int set(lua_State* state) {
  const std::string_view key = text_argument(state, 1);
  const std::int64_t until = expires(state, 3);
  if (lua_isnil(state, 2)) {
    Dictionary::shared().remove(key);
  } else {
    kind_argument(state, 2);
    if (!Dictionary::shared().set(key, value_argument(state, 2), wall_us(state), until))
      return full(state);
  }
  lua_pushboolean(state, 1);
  return 1;
}

int add(lua_State* state) {
  const std::string_view key = text_argument(state, 1);
  const std::int64_t until = expires(state, 3);
  kind_argument(state, 2);
  const auto added = Dictionary::shared().add(key, value_argument(state, 2), wall_us(state), until);
  if (added == Dictionary::Added::no_room) return full(state);
  lua_pushboolean(state, added == Dictionary::Added::yes ? 1 : 0);
  return 1;
}

int incr(lua_State* state) {
  const std::string_view key = text_argument(state, 1);
  const double by = luaL_optnumber(state, 2, 1);
  const std::int64_t until = expires(state, 3);
  const auto sum = Dictionary::shared().increase(key, by, wall_us(state), until);
  if (!sum) {
    lua_pushnil(state);
    lua_pushliteral(state, "no number stands there, or no room is left");
    return 2;
  }
  lua_pushnumber(state, *sum);
  return 1;
}

int remove(lua_State* state) {
  Dictionary::shared().remove(text_argument(state, 1));
  return 0;
}

constexpr Function kFunctions[] = {
    {"get", "(key: string): any", "nil: there is none", &get},
    {"set", "(key: string, value: any, ttl?: string|number): boolean?, string?",
     "nil and a reason: no room", &set},
    {"add", "(key: string, value: any, ttl?: string|number): boolean?, string?",
     "false: there is one", &add},
    {"incr", "(key: string, by?: number, ttl?: string|number): number?, string?",
     "the sum; the time to live counts from the first", &incr},
    {"delete", "(key: string)", "it is gone", &remove},
};

}  // namespace

const Namespace kShared = {"gate.shared", "one dictionary per gateway", kFunctions};

}  // namespace gatehouse::policy
