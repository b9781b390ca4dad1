// What a policy finds around it: an environment of its own, and nothing of the others'.
#pragma once

#include <lua.hpp>
#include <string_view>
#include <vector>

namespace gatehouse::policy {

// Opens the libraries of a new state, as far as policies may have them, and puts the metatable of
// strings out of their reach.
void open_libraries(lua_State* state);

// Pushes a new table of globals: Lua's safe ones, `gate`, and `require`.  Library tables are the
// environment's own, so what a policy does to them is seen by itself alone.
void push_environment(lua_State* state);

// What an environment has of that library of Lua's, the gateway's own functions left out; "": the
// globals.
[[nodiscard]] std::vector<std::string_view> safe_names(std::string_view library);

}  // namespace gatehouse::policy
