// Functions that policies call, by the table in which they find them.
#pragma once

#include <lua.hpp>
#include <span>

#include "policy/binding/object.h"

namespace gatehouse::policy {

struct Namespace {
  const char* name;  // "gate.hash"; "string": ours, beside LuaJIT's own
  const char* doc;
  std::span<const Function> functions;
};

// All of them; a table comes before those in it.
[[nodiscard]] std::span<const Namespace* const> namespaces();

// Adds the functions of that name to the table at the top; none: nothing.
void put_namespace(lua_State* state, const char* name);
// Adds `gate` to the table at the top.
void put_gate(lua_State* state);

extern const Namespace kParameterTypes;  // descriptor.cpp

}  // namespace gatehouse::policy
