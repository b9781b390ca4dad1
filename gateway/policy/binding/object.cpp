#include "policy/binding/object.h"

#include <algorithm>

#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

const ObjectType* const kTypes[] = {
    &kExchangeObject, &kRequestObject,   &kRequestHeaders, &kQueryObject,     &kCookiesObject,
    &kUpstreamObject, &kUpstreamHeaders, &kResponseObject, &kResponseHeaders, &kIdentityObject,
    &kRuleObject,     &kUpstreamQuery,   &kPeerObject};
static_assert(std::size(kTypes) == kObjectCount);

// That whose Lua is executed: its exchange is what all objects mean.
Run& run_here(lua_State* state, const ObjectType& type) {
  Run* run = Vm::of(state).current();
  if (run == nullptr || run->exchange == nullptr)
    luaL_error(state, "%s is of an exchange, and there is none here", type.name);
  if ((type.phases & bit(run->phase)) == 0)
    luaL_error(state, "%s is not there in the phase %s", type.name, word(run->phase).data());
  return *run;
}

void need_phase(lua_State* state, std::uint32_t phases, const char* prefix, const char* between,
                const char* name) {
  const Run* run = Vm::of(state).current();
  const Phase phase = run == nullptr ? Phase::load : run->phase;
  if ((phases & bit(phase)) != 0) return;
  const std::string_view here = phase == Phase::load ? "while the file is loaded" : word(phase);
  luaL_error(state, "%s%s%s cannot be used %s%s", prefix, between, name,
             phase == Phase::load ? "" : "in the phase ", here.data());
}

// Upvalues: the type, and a table from the names of properties to what they are.
const ObjectType& type_here(lua_State* state) {
  return *static_cast<const ObjectType*>(lua_touserdata(state, lua_upvalueindex(1)));
}
const Property* property_here(lua_State* state) {
  lua_pushvalue(state, 2);
  lua_rawget(state, lua_upvalueindex(2));
  return static_cast<const Property*>(lua_touserdata(state, -1));
}

// What the table of methods and parts has not.
int index(lua_State* state) {
  const ObjectType& type = type_here(state);
  Run& run = run_here(state, type);
  if (type.get != nullptr && lua_type(state, 2) == LUA_TSTRING) {
    std::size_t size = 0;
    const char* key = lua_tolstring(state, 2, &size);
    return type.get(state, run, {key, size});
  }
  const Property* property = property_here(state);
  if (property == nullptr)
    return luaL_error(state, "%s has no %s", type.name,
                      lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "such key");
  if ((property->phases & bit(run.phase)) == 0)
    return luaL_error(state, "%s.%s is not there in the phase %s", type.name, property->name,
                      word(run.phase).data());
  return property->get(state, run);
}

int new_index(lua_State* state) {
  const ObjectType& type = type_here(state);
  Run& run = run_here(state, type);
  std::size_t size = 0;
  if (lua_type(state, 2) != LUA_TSTRING) return luaL_error(state, "%s has no such key", type.name);
  const char* key = lua_tolstring(state, 2, &size);
  if (type.set != nullptr) {
    type.set(state, run, {key, size}, 3);
    return 0;
  }
  const Property* property = property_here(state);
  if (property == nullptr || property->set == nullptr || (property->phases & bit(run.phase)) == 0)
    return luaL_error(state, "%s.%s cannot be set", type.name, key);
  property->set(state, run, 3);
  return 0;
}

int describe(lua_State* state) {
  lua_pushstring(state, type_here(state).name);
  return 1;
}

// Upvalues: the row, the prefix of its name, what stands between.
int call_checked(lua_State* state) {
  const auto& row = *static_cast<const Function*>(lua_touserdata(state, lua_upvalueindex(1)));
  const auto text = [&](int upvalue) {
    return static_cast<const char*>(lua_touserdata(state, lua_upvalueindex(upvalue)));
  };
  need_phase(state, row.phases, text(2), text(3), row.name);
  return row.call(state);
}

void push_light(lua_State* state, const void* what) {
  lua_pushlightuserdata(state, const_cast<void*>(what));
}

// Pushes what is found without asking: methods and parts.
void push_fixed(lua_State* state, const ObjectType& type) {
  lua_newtable(state);
  put_functions(state, type.name, type.methods, ":");
  for (const Property& property : type.properties) {
    if (property.get != nullptr) continue;
    push_object(state, property.part);
    lua_setfield(state, -2, property.name);
  }
}

void push_properties(lua_State* state, const ObjectType& type) {
  lua_newtable(state);
  for (const Property& property : type.properties) {
    push_light(state, &property);
    lua_setfield(state, -2, property.name);
  }
}

// Gives the object at the top what it can do.
void furnish(lua_State* state, const ObjectType& type) {
  lua_createtable(state, 0, 4);
  const auto closure = [&](const char* name, lua_CFunction call) {
    push_light(state, &type);
    push_properties(state, type);
    lua_pushcclosure(state, call, 2);
    lua_setfield(state, -2, name);
  };
  push_fixed(state, type);
  lua_createtable(state, 0, 1);
  closure("__index", &index);
  lua_setmetatable(state, -2);
  lua_setfield(state, -2, "__index");
  closure("__newindex", &new_index);
  closure("__tostring", &describe);
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
}

}  // namespace

std::span<const ObjectType* const> object_types() { return kTypes; }

int push_object(lua_State* state, Object object) {
  lua_rawgeti(state, LUA_REGISTRYINDEX, Vm::of(state).object(object).anchor);
  return 1;
}

Run& run_of(lua_State* state, Object object) {
  const ObjectType& type = *kTypes[static_cast<std::size_t>(object)];
  if (lua_touserdata(state, 1) != Vm::of(state).object(object).at)
    luaL_error(state, "%s expected, got %s", type.name, luaL_typename(state, 1));
  return run_here(state, type);
}

void put_functions(lua_State* state, const char* prefix, std::span<const Function> functions,
                   const char* between) {
  for (const Function& row : functions) {
    if (row.phases == kAnywhere) {
      lua_pushcfunction(state, row.call);
    } else {
      push_light(state, &row);
      push_light(state, prefix);
      push_light(state, between);
      lua_pushcclosure(state, &call_checked, 3);
    }
    lua_setfield(state, -2, row.name);
  }
}

void make_objects(Vm& vm) {
  lua_State* state = vm.state();
  for (const ObjectType* type : kTypes) {
    Vm::Handle& handle = vm.object(type->id);
    handle.at = lua_newuserdata(state, 1);
    handle.anchor = luaL_ref(state, LUA_REGISTRYINDEX);
  }
  for (const ObjectType* type : kTypes) {
    push_object(state, type->id);
    furnish(state, *type);
    lua_pop(state, 1);
  }
}

void* userdata_of(lua_State* state, const char& mark) {
  void* found = lua_touserdata(state, 1);
  if (found == nullptr || lua_getmetatable(state, 1) == 0) return nullptr;
  lua_pushlightuserdata(state, const_cast<char*>(&mark));
  lua_rawget(state, LUA_REGISTRYINDEX);
  const bool same = lua_rawequal(state, -1, -2) != 0;
  lua_pop(state, 2);
  return same ? found : nullptr;
}

std::string_view text_argument(lua_State* state, int index) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, index, &size);
  return {text, size};
}

std::string_view named_text(lua_State* state, int index, const char* name) {
  if (lua_isstring(state, index) == 0)
    luaL_error(state, "%s is a text, not %s", name, luaL_typename(state, index));
  return text_argument(state, index);
}

void only_keys(lua_State* state, int index, const char* call,
               std::span<const std::string_view> known) {
  luaL_checkstack(state, 4, "too many values");
  for (lua_pushnil(state); lua_next(state, index) != 0; lua_pop(state, 1)) {
    if (lua_type(state, -2) != LUA_TSTRING)
      luaL_error(state, "%s takes values by name, not a %s", call, luaL_typename(state, -1));
    const std::string_view key = text_argument(state, -2);
    if (std::find(known.begin(), known.end(), key) == known.end())
      luaL_error(state, "%s has no '%s'", call, key.data());
  }
}

}  // namespace gatehouse::policy
