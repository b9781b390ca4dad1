// JSON to and from Lua's values.
#pragma once

#include <lua.hpp>
#include <string_view>

namespace gatehouse::policy {

// Pushes the value of a text; or nil and what is wrong.  How many it pushed.
int push_json(lua_State* state, std::string_view text);
// Pushes the text of the value at `index` (from the bottom); bytes that are no UTF-8 become U+FFFD.
// Raises: it has none.
void push_json_text(lua_State* state, int index);
// gate.json.null (json_null.cpp); a state is told once what it can do.
void make_json_null(lua_State* state);
void push_json_null(lua_State* state);
[[nodiscard]] bool is_json_null(lua_State* state, int index);

}  // namespace gatehouse::policy
