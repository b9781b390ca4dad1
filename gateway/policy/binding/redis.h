// Commands of a store that policies wait for.
#pragma once

#include <span>
#include <string_view>

#include "client/redis.h"
#include "policy/scheduler.h"

namespace gatehouse::policy {

// What the reply, the light userdata at 1, is worth to the call: pushes as many values as the call
// says.
using PushReply = lua_CFunction;
[[nodiscard]] inline const client::RedisReply& reply_at_1(lua_State* state) {
  return *static_cast<const client::RedisReply*>(lua_touserdata(state, 1));
}

// Sends the command and parks the fiber; of a store that does not answer the call returns nil and
// the reason, of a run without calls left the like.  To be returned by a function that Lua has
// called.
int await_reply(lua_State* state, Fiber& fiber, std::string_view store,
                std::span<const std::string_view> words, PushReply push, int values);

}  // namespace gatehouse::policy
