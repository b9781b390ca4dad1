// The functions of `table` that can run long, counted.
#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

int concat(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  const std::string_view between =
      lua_isnoneornil(state, 2) ? std::string_view() : text_argument(state, 2);
  const lua_Integer first = luaL_optinteger(state, 3, 1);
  const lua_Integer last = lua_isnoneornil(state, 4)
                               ? static_cast<lua_Integer>(lua_objlen(state, 1))
                               : luaL_checkinteger(state, 4);
  Vm& vm = Vm::of(state);
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  for (lua_Integer i = first; i <= last; ++i) {
    vm.take_steps(state, 8);
    lua_rawgeti(state, 1, static_cast<int>(i));
    if (lua_isstring(state, -1) == 0)
      luaL_error(state, "invalid value (%s) at index %d in table for 'concat'",
                 luaL_typename(state, -1), static_cast<int>(i));
    luaL_addvalue(&out);
    if (i != last) luaL_addlstring(&out, between.data(), between.size());
  }
  luaL_pushresult(&out);
  return 1;
}

// Whether the value at -2 stands before the one at -1.
bool before(lua_State* state) {
  if (lua_isnil(state, 2)) return lua_lessthan(state, -2, -1) != 0;
  lua_pushvalue(state, 2);
  lua_pushvalue(state, -3);
  lua_pushvalue(state, -3);
  lua_call(state, 2, 1);
  const bool out = lua_toboolean(state, -1) != 0;
  lua_pop(state, 1);
  return out;
}

// Lets the value at `at` sink to its place among the first `size` of a heap.
void sink(lua_State* state, Vm& vm, int at, int size) {
  for (;;) {
    int child = 2 * at;
    if (child > size) return;
    vm.take_steps(state, 20);
    lua_rawgeti(state, 1, child);
    if (child < size) {
      lua_rawgeti(state, 1, child + 1);
      if (before(state)) {
        lua_remove(state, -2);
        ++child;
      } else {
        lua_pop(state, 1);
      }
    }
    lua_rawgeti(state, 1, at);
    lua_insert(state, -2);
    if (!before(state)) {  // the parent is no smaller
      lua_pop(state, 2);
      return;
    }
    lua_rawseti(state, 1, at);
    lua_rawseti(state, 1, child);
    at = child;
  }
}

// A heap's sort: as long at worst, and with an order that contradicts itself, as at best.
int sort(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  if (!lua_isnoneornil(state, 2)) luaL_checktype(state, 2, LUA_TFUNCTION);
  lua_settop(state, 2);
  luaL_checkstack(state, 10, "too many values");
  Vm& vm = Vm::of(state);
  const int size = static_cast<int>(lua_objlen(state, 1));
  for (int i = size / 2; i >= 1; --i) sink(state, vm, i, size);
  for (int i = size; i > 1; --i) {
    lua_rawgeti(state, 1, 1);
    lua_rawgeti(state, 1, i);
    lua_rawseti(state, 1, 1);
    lua_rawseti(state, 1, i);
    sink(state, vm, 1, i - 1);
  }
  return 0;
}

int insert(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  const int size = static_cast<int>(lua_objlen(state, 1));
  if (lua_gettop(state) == 2) {
    lua_rawseti(state, 1, size + 1);
    return 0;
  }
  if (lua_gettop(state) != 3) return luaL_error(state, "wrong number of arguments to 'insert'");
  const int at = static_cast<int>(luaL_checkinteger(state, 2));
  if (at < 1 || at > size + 1) return luaL_error(state, "bad position for 'insert'");
  Vm::of(state).take_steps(state, static_cast<std::uint64_t>(size + 1 - at) * 2);
  for (int i = size; i >= at; --i) {
    lua_rawgeti(state, 1, i);
    lua_rawseti(state, 1, i + 1);
  }
  lua_rawseti(state, 1, at);
  return 0;
}

constexpr Function kFunctions[] = {
    {"concat", "(list: any[], between?: string, first?: integer, last?: integer): string",
     "texts and numbers, one after another", &concat, kAnywhere},
    {"insert", "(list: any[], position?: integer, value: any)", "one more", &insert, kAnywhere},
    {"sort", "(list: any[], before?: fun(a: any, b: any): boolean)", "in place", &sort, kAnywhere},
};

}  // namespace

const Namespace kTable = {"table", "lists", kFunctions};

}  // namespace gatehouse::policy
