// gate.fetch, and what it gets.
#pragma once

#include <memory>

#include "policy/scheduler.h"

namespace gatehouse::policy {

// Asks as the arguments of gate.fetch say.  Null: `wrong` says why it cannot be.
[[nodiscard]] std::unique_ptr<Operation> make_fetch(lua_State* state, Fiber& fiber,
                                                    const char*& wrong);
// Makes the metatable of answers in a new state.
void make_answer_metatable(lua_State* state);

}  // namespace gatehouse::policy
