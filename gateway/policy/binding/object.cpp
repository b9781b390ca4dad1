#include "policy/binding/object.h"

#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

// What a policy holds of an exchange.
struct Handle {
  const ObjectType* type;
  Run* run;
  std::uint64_t serial;
};

const ObjectType* const kTypes[] = {
    &kExchangeObject, &kRequestObject,   &kRequestHeaders, &kQueryObject,     &kCookiesObject,
    &kUpstreamObject, &kUpstreamHeaders, &kResponseObject, &kResponseHeaders, &kIdentityObject,
    &kRuleObject,     &kUpstreamQuery,   &kPeerObject};
static_assert(std::size(kTypes) == kObjectCount);

// That of the object at 1, whose type the metamethod knows.
Run& run_here(lua_State* state, const ObjectType& type) {
  const auto* handle = static_cast<const Handle*>(lua_touserdata(state, 1));
  if (handle == nullptr || lua_type(state, 1) != LUA_TUSERDATA || handle->type != &type)
    luaL_error(state, "%s expected, got %s", type.name, luaL_typename(state, 1));
  if (handle->run->serial != handle->serial)
    luaL_error(state, "%s of an exchange that has ended", type.name);
  if (handle->run != Vm::of(state).current())  // which waits: its verdict is not this run's to give
    luaL_error(state, "%s of another exchange", type.name);
  return *handle->run;
}

const ObjectType& type_here(lua_State* state) {
  return *static_cast<const ObjectType*>(lua_touserdata(state, lua_upvalueindex(1)));
}

void need_phase(lua_State* state, std::uint32_t phases, const char* prefix, const char* name) {
  const Run* run = Vm::of(state).current();
  const Phase phase = run == nullptr ? Phase::load : run->phase;
  if ((phases & bit(phase)) != 0) return;
  const std::string_view here = phase == Phase::load ? "while the file is loaded" : word(phase);
  luaL_error(state, "%s%s%s cannot be used %s%s", prefix, *prefix == 0 ? "" : ".", name,
             phase == Phase::load ? "" : "in the phase ", here.data());
}

// Upvalues: the type, a table from names to Property (light) or a method.
int index(lua_State* state) {
  const ObjectType& type = type_here(state);
  Run& run = run_here(state, type);
  lua_pushvalue(state, 2);
  lua_rawget(state, lua_upvalueindex(2));
  const int kind = lua_type(state, -1);
  if (kind == LUA_TLIGHTUSERDATA) {
    const auto& property = *static_cast<const Property*>(lua_touserdata(state, -1));
    if ((property.phases & bit(run.phase)) == 0)
      return luaL_error(state, "%s.%s is not there in the phase %s", type.name, property.name,
                        word(run.phase).data());
    return property.get(state, run);
  }
  if (kind != LUA_TNIL) return 1;
  if (type.get != nullptr && lua_type(state, 2) == LUA_TSTRING) {
    std::size_t size = 0;
    const char* key = lua_tolstring(state, 2, &size);
    return type.get(state, run, {key, size});
  }
  return luaL_error(state, "%s has no %s", type.name,
                    lua_type(state, 2) == LUA_TSTRING ? lua_tostring(state, 2) : "such key");
}

int new_index(lua_State* state) {
  const ObjectType& type = type_here(state);
  Run& run = run_here(state, type);
  std::size_t size = 0;
  if (lua_type(state, 2) != LUA_TSTRING) return luaL_error(state, "%s has no such key", type.name);
  const char* key = lua_tolstring(state, 2, &size);
  lua_pushvalue(state, 2);
  lua_rawget(state, lua_upvalueindex(2));
  if (lua_type(state, -1) == LUA_TLIGHTUSERDATA) {
    const auto& property = *static_cast<const Property*>(lua_touserdata(state, -1));
    if (property.set != nullptr && (property.phases & bit(run.phase)) != 0) {
      property.set(state, run, 3);
      return 0;
    }
  } else if (type.set != nullptr) {
    type.set(state, run, {key, size}, 3);
    return 0;
  }
  return luaL_error(state, "%s.%s cannot be set", type.name, key);
}

int describe(lua_State* state) {
  lua_pushstring(state, type_here(state).name);
  return 1;
}

// Upvalues: the row, the prefix of its name.
int call_checked(lua_State* state) {
  const auto& row = *static_cast<const Function*>(lua_touserdata(state, lua_upvalueindex(1)));
  need_phase(state, row.phases,
             static_cast<const char*>(lua_touserdata(state, lua_upvalueindex(2))), row.name);
  return row.call(state);
}

void push_light(lua_State* state, const void* what) {
  lua_pushlightuserdata(state, const_cast<void*>(what));
}

}  // namespace

std::span<const ObjectType* const> object_types() { return kTypes; }

int push_object(lua_State* state, Run& run, Object object) {
  const auto at = static_cast<std::size_t>(object);
  if ((run.made >> at & 1) != 0) {
    lua_rawgeti(state, LUA_REGISTRYINDEX, run.objects[at]);
    return 1;
  }
  auto* handle = static_cast<Handle*>(lua_newuserdata(state, sizeof(Handle)));
  *handle = {kTypes[at], &run, run.serial};
  lua_rawgeti(state, LUA_REGISTRYINDEX, Vm::of(state).metatables[at]);
  lua_setmetatable(state, -2);
  lua_pushvalue(state, -1);
  lua_rawseti(state, LUA_REGISTRYINDEX, run.objects[at]);
  run.made |= 1U << at;
  return 1;
}

Run& run_of(lua_State* state, Object object) {
  return run_here(state, *kTypes[static_cast<std::size_t>(object)]);
}

void put_functions(lua_State* state, const char* prefix, std::span<const Function> functions) {
  for (const Function& row : functions) {
    if (row.phases == kAnywhere) {
      lua_pushcfunction(state, row.call);
    } else {
      push_light(state, &row);
      push_light(state, prefix);
      lua_pushcclosure(state, &call_checked, 2);
    }
    lua_setfield(state, -2, row.name);
  }
}

void make_metatables(Vm& vm) {
  lua_State* state = vm.state();
  for (const ObjectType* type : kTypes) {
    lua_createtable(state, 0, 4);
    lua_createtable(state, 0, static_cast<int>(type->properties.size() + type->methods.size()));
    for (const Property& property : type->properties) {
      push_light(state, &property);
      lua_setfield(state, -2, property.name);
    }
    put_functions(state, "", type->methods);
    const auto closure = [&](const char* name, lua_CFunction call) {
      push_light(state, type);
      lua_pushvalue(state, -2);
      lua_pushcclosure(state, call, 2);
      lua_setfield(state, -3, name);
    };
    closure("__index", &index);
    closure("__newindex", &new_index);
    closure("__tostring", &describe);
    lua_pop(state, 1);
    lua_pushboolean(state, 0);
    lua_setfield(state, -2, "__metatable");
    vm.metatables[static_cast<std::size_t>(type->id)] = luaL_ref(state, LUA_REGISTRYINDEX);
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

}  // namespace gatehouse::policy
