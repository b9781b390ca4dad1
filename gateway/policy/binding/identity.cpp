// Who the client is.
#include "plugin/host.h"
#include "policy/binding/json.h"
#include "policy/binding/objects.h"
#include "policy/binding/options.h"

namespace gatehouse::policy {
namespace {

using exchange::Identity;

// A policy may hold x.identity and take it away, or hold it from another exchange.
const Identity& identity_of(lua_State* state, const Run& run) {
  const Identity* identity = run.exchange->space->identity;
  if (identity == nullptr) luaL_error(state, "x.identity is nobody: it is nil here");
  return *identity;
}

template <std::string_view Identity::*Member>
int get_text(lua_State* state, Run& run) {
  const std::string_view text = identity_of(state, run).*Member;
  if (text.empty()) return 0;
  push(state, text);
  return 1;
}

int roles(lua_State* state, Run& run) {
  const auto& roles = identity_of(state, run).roles;
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
constexpr std::string_view kSession = "session";
constexpr std::string_view kClaims = "claims";

// What the step that found the user has left; "": nothing.
std::string_view value_of(Run& run, std::string_view name) {
  gh_text text{};
  plugin::host().value(plugin::c_exchange(*run.exchange), plugin::c_text(name), &text);
  return plugin::view(text);
}

void replace_value(Run& run, std::string_view name, std::string_view text) {
  if (!text.empty() || !value_of(run, name).empty())
    plugin::host().set_value(plugin::c_exchange(*run.exchange), plugin::c_text(name),
                             plugin::c_text(text));
}

// What the token or the session says besides.
int claims(lua_State* state, Run& run) {
  const std::string_view text = value_of(run, kClaims);
  if (text.empty()) {
    lua_newtable(state);
    return 1;
  }
  push_json(state, text);
  if (lua_istable(state, -1)) return 1;
  lua_newtable(state);
  return 1;
}

int session(lua_State* state, Run& run) {
  const std::string_view id = value_of(run, kSession);
  if (id.empty()) return 0;
  push(state, id);
  return 1;
}

constexpr Property kProperties[] = {
    {"id", "string?", "of the user", &get_text<&Identity::id>},
    {"email", "string?", "of the user", &get_text<&Identity::email>},
    {"method", "string?", "how the user was found", &get_text<&Identity::method>},
    {"session", "string?", "the id of the session, if there is one", &session},
    {"claims", "table<string, any>", "of the token or the session", &claims},
    {"roles", "table<string, boolean>", "a set: roles.admin", &roles},
};

}  // namespace

int get_identity(lua_State* state, Run& run) {
  if (run.exchange->space->identity == nullptr) return 0;
  return push_object(state, Object::identity);
}

void set_identity(lua_State* state, Run& run, int index) {
  if (lua_isnil(state, index)) {
    if (!run.applies) return;
    run.exchange->space->identity = nullptr;
    replace_value(run, kSession, {});
    return replace_value(run, kClaims, {});
  }
  luaL_checktype(state, index, LUA_TTABLE);
  only_keys(state, index, "x.identity", kIdentityKeys);
  luaL_checkstack(state, 16, "too many values");
  gh_identity said{};
  said.id = plugin::c_text(text_of(state, index, "id"));
  said.email = plugin::c_text(text_of(state, index, "email"));
  said.method = plugin::c_text(text_of(state, index, "method"));
  if (said.method.size == 0) said.method = plugin::c_text("policy");
  // Another client than before: nothing of what was known of that one is left.
  const std::string_view session = text_of(state, index, "session");
  lua_getfield(state, index, "claims");
  std::string_view claims;
  if (!lua_isnil(state, -1)) {
    luaL_checktype(state, -1, LUA_TTABLE);
    push_json_text(state, lua_gettop(state));
    claims = text_argument(state, -1);
  }
  // Last: names are the table's, and a metamethod that is asked for another key may empty it.
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
  std::uint64_t size = said.id.size + said.email.size + said.method.size + session.size() +
                       claims.size() + sizeof(std::string_view) * said.role_count;
  for (std::size_t i = 0; i < said.role_count; ++i) size += names[i].size;
  Vm::of(state).take_bytes(state, size);
  if (!run.applies) return;
  plugin::host().set_identity(plugin::c_exchange(*run.exchange), &said);
  replace_value(run, kSession, session);
  replace_value(run, kClaims, claims);
}

const ObjectType kIdentityObject = {Object::identity, "x.identity", "who the client is",
                                    kProperties};

}  // namespace gatehouse::policy
