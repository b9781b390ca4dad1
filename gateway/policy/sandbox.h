// What a policy finds around it: an environment of its own, and nothing of the others'.
#pragma once

#include <lua.hpp>

namespace gatehouse::policy {

// Opens the libraries of a new state, as far as policies may have them, and puts the metatable of
// strings out of their reach.
void open_libraries(lua_State* state);

// Pushes a new table of globals: Lua's safe ones, `gate`, and `require`.  Library tables are the
// environment's own, so what a policy does to them is seen by itself alone.
void push_environment(lua_State* state);

}  // namespace gatehouse::policy
