// Objects of an exchange as Lua sees them: tables of properties and methods.  Stubs, checks and
// docs come from the same tables.
#pragma once

#include <lua.hpp>
#include <span>
#include <string_view>

#include "policy/phase.h"
#include "policy/vm.h"

namespace gatehouse::policy {

// A value of an object: `get` pushes it; `set`, if it may be assigned to, takes the value at
// `index`.  Without `get` it is another object, in all phases.
struct Property {
  const char* name;
  const char* type;  // as LuaCATS writes it
  const char* doc;
  int (*get)(lua_State*, Run&);
  void (*set)(lua_State*, Run&, int index) = nullptr;
  std::uint32_t phases = kExchange;
  Object part = Object::exchange;
};

constexpr Property part(const char* name, const char* type, const char* doc, Object object,
                        void (*set)(lua_State*, Run&, int index) = nullptr) {
  return {name, type, doc, nullptr, set, kExchange, object};
}

// A function of a namespace or a method of an object.
struct Function {
  const char* name;
  const char* signature;  // "(status: integer, reason?: string)"
  const char* doc;
  lua_CFunction call;
  std::uint32_t phases = kExchange;
};

struct ObjectType {
  Object id;
  const char* name;  // as a policy reaches it: "x.request"
  const char* doc;
  std::span<const Property> properties{};
  std::span<const Function> methods{};
  // Of what is indexed by what the client sent: pushes the value of `key`, or sets it.
  int (*get)(lua_State*, Run&, std::string_view key) = nullptr;
  void (*set)(lua_State*, Run&, std::string_view key, int index) = nullptr;
  std::uint32_t phases = kExchange;      // in which its parts can be asked for
  const char* taken = "string?|number";  // by `set`, as LuaCATS writes it
};

// A kind of object for each row, in the order of `Object`.
[[nodiscard]] std::span<const ObjectType* const> object_types();

// Pushes the state's object of that type.  There is one, which means the exchange of whoever asks:
// nothing of an exchange is held by a policy, and finding a part of a part asks no function.
int push_object(lua_State* state, Object object);
// The run that calls a method of that object, the first argument.  Raises: it is another thing.
[[nodiscard]] Run& run_of(lua_State* state, Object object);

// Makes the objects of a new state.
void make_objects(Vm& vm);

// Pushes the functions into the table at the top; each asks first whether its phase is right.
// Errors name them by `prefix` and what stands `between`: "." or ":".
void put_functions(lua_State* state, const char* prefix, std::span<const Function> functions,
                   const char* between = ".");

// What lies in the userdata that is the first argument; null: it is another thing, not of the
// metatable that the registry has under `mark`.
[[nodiscard]] void* userdata_of(lua_State* state, const char& mark);

// A text argument; a number is written as text.  Raises: it is neither.
[[nodiscard]] std::string_view text_argument(lua_State* state, int index);
// The same of a value that is no argument, by the name that an error is to give it.
[[nodiscard]] std::string_view named_text(lua_State* state, int index, const char* name);
// Raises if the table at `index` has a key that is none of `known`: a slip must not mean "without".
void only_keys(lua_State* state, int index, const char* call,
               std::span<const std::string_view> known);
// Pushes the text with %XX replaced, in a `form` + too (query.cpp).
void push_unescaped(lua_State* state, std::string_view text, bool form);
// Pushes the text as it may stand in a URL, behind `before` (NUL: nothing) (encode.cpp).
void push_escaped(lua_State* state, std::string_view text, char before);
inline void push(lua_State* state, std::string_view text) {
  lua_pushlstring(state, text.data(), text.size());
}

}  // namespace gatehouse::policy
