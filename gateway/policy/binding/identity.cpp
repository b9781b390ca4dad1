// Who the client is, and which rule took the request.
#include "plugin/host.h"
#include "policy/binding/json.h"
#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

using exchange::Identity;

template <std::string_view Identity::*Member>
int get_text(lua_State* state, Run& run) {
  const std::string_view text = run.exchange->space->identity->*Member;
  if (text.empty()) return 0;
  push(state, text);
  return 1;
}

int roles(lua_State* state, Run& run) {
  const auto& roles = run.exchange->space->identity->roles;
  lua_createtable(state, 0, static_cast<int>(roles.size()));
  for (const std::string_view role : roles) {
    push(state, role);
    lua_pushboolean(state, 1);
    lua_rawset(state, -3);
  }
  return 1;
}

// A text of the table at `index`; "" where there is none.
std::string_view text_of(lua_State* state, int index, const char* key) {
  lua_getfield(state, index, key);  // stays on the stack, and the text with it
  if (lua_isnil(state, -1)) return {};
  if (lua_type(state, -1) != LUA_TSTRING)
    luaL_error(state, "x.identity.%s is a text, not a %s", key, luaL_typename(state, -1));
  return text_argument(state, -1);
}

constexpr std::size_t kMostRoles = 64;

// What the token or the session says besides, as the step that found the user has left it.
int claims(lua_State* state, Run& run) {
  gh_text text{};
  if (plugin::host().value(plugin::c_exchange(*run.exchange), plugin::c_text("claims"), &text) ==
      0) {
    lua_newtable(state);
    return 1;
  }
  push_json(state, plugin::view(text));
  if (lua_istable(state, -1)) return 1;
  lua_newtable(state);
  return 1;
}

constexpr Property kProperties[] = {
    {"id", "string?", "of the user", &get_text<&Identity::id>},
    {"email", "string?", "of the user", &get_text<&Identity::email>},
    {"method", "string?", "how the user was found", &get_text<&Identity::method>},
    {"claims", "table<string, any>", "of the token or the session", &claims},
    {"roles", "table<string, boolean>", "a set: roles.admin", &roles},
};

constexpr Property kRule[] = {
    {"name", "string", "as routes.yaml has it",
     [](lua_State* state, Run& run) {
       push(state, run.exchange->rule.name);
       return 1;
     }},
    {"priority", "integer", "lower is tried first",
     [](lua_State* state, Run& run) {
       lua_pushinteger(state, run.exchange->rule.priority);
       return 1;
     }},
};

}  // namespace

int get_identity(lua_State* state, Run& run) {
  if (run.exchange->space->identity == nullptr) return 0;
  return push_object(state, run, Object::identity);
}

void set_identity(lua_State* state, Run& run, int index) {
  if (lua_isnil(state, index)) {
    run.exchange->space->identity = nullptr;
    return;
  }
  luaL_checktype(state, index, LUA_TTABLE);
  luaL_checkstack(state, 8, "too many values");
  gh_identity said{};
  said.id = plugin::c_text(text_of(state, index, "id"));
  said.email = plugin::c_text(text_of(state, index, "email"));
  said.method = plugin::c_text(text_of(state, index, "method"));
  if (said.method.size == 0) said.method = plugin::c_text("policy");
  gh_text names[kMostRoles];
  lua_getfield(state, index, "roles");
  if (!lua_isnil(state, -1)) {
    luaL_checktype(state, -1, LUA_TTABLE);
    for (lua_pushnil(state); lua_next(state, -2) != 0; lua_pop(state, 1)) {
      if (lua_type(state, -2) != LUA_TSTRING)
        luaL_error(state, "x.identity.roles is a set: {admin = true}");
      if (lua_toboolean(state, -1) == 0) continue;
      if (said.role_count == kMostRoles) luaL_error(state, "x.identity has too many roles");
      names[said.role_count++] = plugin::c_text(text_argument(state, -2));
    }
  }
  said.roles = names;
  plugin::host().set_identity(plugin::c_exchange(*run.exchange), &said);
}

const ObjectType kIdentityObject = {Object::identity, "x.identity", "who the client is",
                                    kProperties};
const ObjectType kRuleObject = {Object::rule, "x.rule", "the rule that took the request", kRule};

}  // namespace gatehouse::policy
