// Calls that wait.
#pragma once

#include "policy/binding/object.h"

namespace gatehouse::policy {

// x.request:body() and :json().
int request_body(lua_State* state);
int request_json(lua_State* state);
// x.response:body() and :body(text) (answer_body.cpp).
int response_body(lua_State* state);

// "50ms", or a number of seconds.  Raises: neither.
[[nodiscard]] double seconds_argument(lua_State* state, int index);
// The same of a value that is no argument, by the name that an error is to give it.
[[nodiscard]] double named_seconds(lua_State* state, int index, const char* name);

}  // namespace gatehouse::policy
