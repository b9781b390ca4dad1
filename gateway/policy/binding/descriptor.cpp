#include "policy/binding/descriptor.h"

#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

constexpr std::string_view kWords[] = {"string", "integer", "number", "boolean", "duration",
                                       "size",   "group",   "secret", "one_of",  "list"};
constexpr int kKinds = static_cast<int>(std::size(kWords));

// A table {type, doc, default} of a kind; the sentence and the default are at `at` and behind.
int describe(lua_State* state, std::string_view kind, int at) {
  lua_settop(state, at + 1);
  lua_createtable(state, 0, 4);
  push(state, kind);
  lua_setfield(state, -2, "type");
  lua_pushlstring(state, "", 0);
  if (!lua_isnil(state, at)) {
    luaL_checkstring(state, at);
    lua_pop(state, 1);
    lua_pushvalue(state, at);
  }
  lua_setfield(state, -2, "doc");
  lua_pushvalue(state, at + 1);
  lua_setfield(state, -2, "default");
  return 1;
}

template <ParameterType::Kind Kind>
int simple(lua_State* state) {
  return describe(state, kWords[static_cast<std::size_t>(Kind)], 1);
}

int one_of(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  describe(state, "one_of", 2);
  lua_pushvalue(state, 1);
  lua_setfield(state, -2, "words");
  return 1;
}

// gate.list(gate.string, …) or gate.list(gate.one_of{…}, …): the function or what it made.
int list(lua_State* state) {
  if (lua_isfunction(state, 1)) {
    lua_pushvalue(state, 1);
    lua_call(state, 0, 1);
    lua_replace(state, 1);
  }
  luaL_checktype(state, 1, LUA_TTABLE);
  describe(state, "list", 2);
  lua_pushvalue(state, 1);
  lua_setfield(state, -2, "item");
  return 1;
}

int optional(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  lua_pushboolean(state, 1);
  lua_setfield(state, 1, "optional");
  return 1;
}

using Kind = ParameterType::Kind;
constexpr char kSignature[] = "(doc?: string, default?: any): gatehouse.Parameter";
constexpr Function kFunctions[] = {
    {"string", kSignature, "a parameter: a text", &simple<Kind::string>, kLoading},
    {"integer", kSignature, "a parameter: a whole number", &simple<Kind::integer>, kLoading},
    {"number", kSignature, "a parameter: a number", &simple<Kind::number>, kLoading},
    {"boolean", kSignature, "a parameter: true or false", &simple<Kind::boolean>, kLoading},
    {"duration", kSignature, "a parameter: a time such as 5s; the policy gets seconds",
     &simple<Kind::duration>, kLoading},
    {"size", kSignature, "a parameter: a size such as 64KiB; the policy gets bytes",
     &simple<Kind::size>, kLoading},
    {"group", kSignature, "a parameter: a target group", &simple<Kind::group>, kLoading},
    {"secret", kSignature, "a parameter: a secret; file:PATH is read", &simple<Kind::secret>,
     kLoading},
    {"one_of", "(words: string[], doc?: string, default?: string): gatehouse.Parameter",
     "a parameter: one of these words", &one_of, kLoading},
    {"list", "(item: any, doc?: string, default?: any[]): gatehouse.Parameter",
     "a parameter: a list", &list, kLoading},
    {"optional", "(parameter: gatehouse.Parameter): gatehouse.Parameter",
     "the same parameter, which may be left out", &optional, kLoading},
};

}  // namespace

std::optional<ParameterType::Kind> kind_named(std::string_view word) {
  for (int i = 0; i < kKinds; ++i) {
    if (kWords[i] == word) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

const Namespace kParameterTypes = {"gate", "types of a policy's parameters", kFunctions};

}  // namespace gatehouse::policy
