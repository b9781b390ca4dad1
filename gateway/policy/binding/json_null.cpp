// null of JSON, which Lua's nil cannot be: a table has no room for it.
#include "policy/binding/json.h"

namespace gatehouse::policy {
namespace {

const char kNull = 0;  // its address is the value

int refuse(lua_State* state) { return luaL_error(state, "gate.json.null has no fields"); }

int describe(lua_State* state) {
  lua_pushliteral(state, "gate.json.null");
  return 1;
}

}  // namespace

void make_json_null(lua_State* state) {
  push_json_null(state);
  lua_createtable(state, 0, 4);  // of all light userdata, of which policies see no other
  lua_pushcfunction(state, &refuse);
  lua_setfield(state, -2, "__index");
  lua_pushcfunction(state, &refuse);
  lua_setfield(state, -2, "__newindex");
  lua_pushcfunction(state, &describe);
  lua_setfield(state, -2, "__tostring");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
  lua_pop(state, 1);
}

void push_json_null(lua_State* state) { lua_pushlightuserdata(state, const_cast<char*>(&kNull)); }

bool is_json_null(lua_State* state, int index) {
  return lua_islightuserdata(state, index) && lua_touserdata(state, index) == &kNull;
}

}  // namespace gatehouse::policy
