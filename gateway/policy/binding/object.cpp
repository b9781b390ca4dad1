#include "policy/binding/object.h"

#include "policy/binding/json.h"
#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

// What a policy holds of an exchange: a number, which costs Lua neither memory nor collection.  As
// a light userdata it has 47 bits: one run in 2^43 of a state has the number of an earlier one.
constexpr unsigned kTypeBits = 4;
static_assert(kObjectCount <= 1U << kTypeBits);
constexpr std::uint64_t kSerials = (std::uint64_t{1} << (47 - kTypeBits)) - 1;

struct Handle {
  std::uint64_t serial;
  std::size_t type;
};

void push_handle(lua_State* state, const Handle& handle) {
  const std::uint64_t number = (handle.serial & kSerials) << kTypeBits | handle.type;
  lua_pushlightuserdata(state, reinterpret_cast<void*>(number));
}

// Of the value at 1; the sentinels of this program are addresses, whose numbers are no run's.
Handle handle_here(lua_State* state) {
  const auto number = reinterpret_cast<std::uint64_t>(lua_touserdata(state, 1));
  return {number >> kTypeBits, static_cast<std::size_t>(number) & ((1U << kTypeBits) - 1)};
}

const ObjectType* const kTypes[] = {
    &kExchangeObject, &kRequestObject,   &kRequestHeaders, &kQueryObject,     &kCookiesObject,
    &kUpstreamObject, &kUpstreamHeaders, &kResponseObject, &kResponseHeaders, &kIdentityObject,
    &kRuleObject,     &kUpstreamQuery,   &kPeerObject};
static_assert(std::size(kTypes) == kObjectCount);

// Of what is at 1 but no object of the run.
void refuse(lua_State* state, const Handle& handle) {
  if (is_json_null(state, 1)) luaL_error(state, "gate.json.null has no fields");
  luaL_error(state,
             Vm::of(state).is_under_way(handle.serial) ? "%s of another exchange"
                                                       : "%s of an exchange that has ended",
             kTypes[handle.type]->name);
}

// That of the object at 1.  Another's verdict is not this run's to give.
Run& run_here(lua_State* state, const Handle& handle) {
  Run* run = Vm::of(state).current();
  if (run == nullptr || (run->serial & kSerials) != handle.serial) refuse(state, handle);
  return *run;
}

void need_phase(lua_State* state, std::uint32_t phases, const char* prefix, const char* name) {
  const Run* run = Vm::of(state).current();
  const Phase phase = run == nullptr ? Phase::load : run->phase;
  if ((phases & bit(phase)) != 0) return;
  const std::string_view here = phase == Phase::load ? "while the file is loaded" : word(phase);
  luaL_error(state, "%s%s%s cannot be used %s%s", prefix, *prefix == 0 ? "" : ".", name,
             phase == Phase::load ? "" : "in the phase ", here.data());
}

// Upvalues: of each type a table from names to the number of a property or a method.
int names_of(const ObjectType& type) { return lua_upvalueindex(static_cast<int>(type.id) + 1); }

// That whose number is at the top.
const Property& property_here(lua_State* state, const ObjectType& type) {
  return type.properties[static_cast<std::size_t>(lua_tointeger(state, -1))];
}

int index(lua_State* state) {
  const Handle handle = handle_here(state);
  Run& run = run_here(state, handle);
  const ObjectType& type = *kTypes[handle.type];
  lua_pushvalue(state, 2);
  lua_rawget(state, names_of(type));
  const int kind = lua_type(state, -1);
  if (kind == LUA_TNUMBER) {
    const Property& property = property_here(state, type);
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
  const Handle handle = handle_here(state);
  Run& run = run_here(state, handle);
  const ObjectType& type = *kTypes[handle.type];
  std::size_t size = 0;
  if (lua_type(state, 2) != LUA_TSTRING) return luaL_error(state, "%s has no such key", type.name);
  const char* key = lua_tolstring(state, 2, &size);
  lua_pushvalue(state, 2);
  lua_rawget(state, names_of(type));
  if (lua_type(state, -1) == LUA_TNUMBER) {
    const Property& property = property_here(state, type);
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
  if (is_json_null(state, 1)) {
    lua_pushliteral(state, "gate.json.null");
  } else {
    lua_pushstring(state, kTypes[handle_here(state).type]->name);
  }
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

void push_names(lua_State* state, const ObjectType& type) {
  lua_createtable(state, 0, static_cast<int>(type.properties.size() + type.methods.size()));
  for (std::size_t i = 0; i < type.properties.size(); ++i) {
    lua_pushinteger(state, static_cast<lua_Integer>(i));
    lua_setfield(state, -2, type.properties[i].name);
  }
  put_functions(state, "", type.methods);
}

}  // namespace

std::span<const ObjectType* const> object_types() { return kTypes; }

int push_object(lua_State* state, const Run& run, Object object) {
  push_handle(state, {run.serial, static_cast<std::size_t>(object)});
  return 1;
}

Run& run_of(lua_State* state, Object object) {
  const ObjectType& type = *kTypes[static_cast<std::size_t>(object)];
  const Handle handle = handle_here(state);
  if (lua_type(state, 1) != LUA_TLIGHTUSERDATA || is_json_null(state, 1) ||
      handle.type != static_cast<std::size_t>(object))
    luaL_error(state, "%s expected, got %s", type.name, luaL_typename(state, 1));
  return run_here(state, handle);
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

void make_objects(Vm& vm) {
  lua_State* state = vm.state();
  lua_pushlightuserdata(state, nullptr);  // the metatable is that of all of its kind
  lua_createtable(state, 0, 4);
  const auto closure = [&](const char* name, lua_CFunction call) {
    for (const ObjectType* type : kTypes) push_names(state, *type);
    lua_pushcclosure(state, call, static_cast<int>(kObjectCount));
    lua_setfield(state, -2, name);
  };
  closure("__index", &index);
  closure("__newindex", &new_index);
  lua_pushcfunction(state, &describe);
  lua_setfield(state, -2, "__tostring");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
  lua_pop(state, 1);
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
