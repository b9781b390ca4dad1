// Regular expressions as Lua holds them.
#pragma once

#include <lua.hpp>

namespace gatehouse::policy {

// Makes the metatable of expressions in a new state.
void make_regex_metatable(lua_State* state);

}  // namespace gatehouse::policy
