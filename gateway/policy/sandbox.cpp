#include "policy/sandbox.h"

#include <cstring>
#include <span>

#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

// What an environment gets of a library of LuaJIT's.  What is not named is not there: files,
// processes, code from texts or bytecode, the debugger, other environments.
struct Library {
  const char* name;  // "": globals
  std::span<const char* const> functions;
};
constexpr const char* kSafeBase[] = {"assert", "error",        "getmetatable", "ipairs",   "next",
                                     "pairs",  "pcall",        "rawequal",     "rawget",   "rawset",
                                     "select", "setmetatable", "tonumber",     "tostring", "type",
                                     "unpack", "xpcall"};
constexpr const char* kSafeString[] = {"byte", "char", "len", "lower", "reverse", "sub", "upper"};
constexpr const char* kSafeTable[] = {"maxn", "remove"};
constexpr const char* kSafeMath[] = {"abs",   "acos", "asin",  "atan",  "atan2", "ceil",  "cos",
                                     "cosh",  "deg",  "exp",   "floor", "fmod",  "frexp", "huge",
                                     "ldexp", "log",  "log10", "max",   "min",   "modf",  "pi",
                                     "pow",   "rad",  "sin",   "sinh",  "sqrt",  "tan",   "tanh"};
constexpr const char* kSafeBit[] = {"arshift", "band", "bnot", "bor",    "bswap", "bxor",
                                    "lshift",  "rol",  "ror",  "rshift", "tobit", "tohex"};
constexpr Library kLibraries[] = {{"", kSafeBase},
                                  {"string", kSafeString},
                                  {"table", kSafeTable},
                                  {"math", kSafeMath},
                                  {"bit", kSafeBit}};

void open(lua_State* state, lua_CFunction library, const char* name) {
  lua_pushcfunction(state, library);
  lua_pushstring(state, name);
  lua_call(state, 1, 0);
}

// Pushes the library's table: LuaJIT's own, which no policy reaches.
void push_library(lua_State* state, const char* name) {
  if (*name == '\0') {
    lua_pushvalue(state, LUA_GLOBALSINDEX);
  } else {
    lua_getfield(state, LUA_GLOBALSINDEX, name);
  }
}

// Copies the named functions from the table at the top into the one beneath.
void copy(lua_State* state, std::span<const char* const> names) {
  for (const char* name : names) {
    lua_getfield(state, -1, name);
    lua_setfield(state, -3, name);
  }
}

// What is called in place of an error handler at upvalue 1.  An error that a hook raises finds
// hooks switched off in its handler, which nothing could stop then.
int handle(lua_State* state) {
  const Run* run = Vm::of(state).current();
  lua_settop(state, 1);
  if (run == nullptr || run->ending != Ending::none) return 1;
  lua_pushvalue(state, lua_upvalueindex(1));
  lua_insert(state, 1);
  lua_call(state, 1, 1);
  return 1;
}

int guard(lua_State* state) {
  luaL_checkany(state, 1);
  lua_settop(state, 1);
  lua_pushcclosure(state, &handle, 1);
  return 1;
}

// In Lua, so that what it calls may wait.
constexpr char kXpcall[] =
    "local xpcall, guard = ... return function(f, handler, ...) return xpcall(f, guard(handler), "
    "...) end";

}  // namespace

void open_libraries(lua_State* state) {
  open(state, &luaopen_base, "");
  open(state, &luaopen_string, LUA_STRLIBNAME);
  open(state, &luaopen_table, LUA_TABLIBNAME);
  open(state, &luaopen_math, LUA_MATHLIBNAME);
  open(state, &luaopen_bit, LUA_BITLIBNAME);
  if (luaL_loadbuffer(state, kXpcall, sizeof kXpcall - 1, "=xpcall") == 0) {
    lua_getfield(state, LUA_GLOBALSINDEX, "xpcall");
    lua_pushcfunction(state, &guard);
    lua_call(state, 2, 1);
    lua_setfield(state, LUA_GLOBALSINDEX, "xpcall");
  }
  // ("x"):upper() finds a table that is in no environment.
  lua_pushliteral(state, "");
  lua_getmetatable(state, -1);
  lua_newtable(state);
  push_library(state, "string");
  copy(state, kSafeString);
  lua_pop(state, 1);
  put_namespace(state, "string");
  lua_setfield(state, -2, "__index");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_pop(state, 2);
}

std::vector<std::string_view> safe_names(std::string_view library) {
  std::vector<std::string_view> out;
  for (const Library& one : kLibraries) {
    if (library == one.name) out.assign(one.functions.begin(), one.functions.end());
  }
  if (!library.empty()) return out;
  for (const Library& one : kLibraries) {
    if (*one.name != '\0') out.emplace_back(one.name);
  }
  out.insert(out.end(), {"gate", "require", "_G"});
  return out;
}

void push_environment(lua_State* state) {
  lua_newtable(state);
  for (const Library& library : kLibraries) {
    const bool globals = *library.name == '\0';
    if (!globals) lua_newtable(state);
    push_library(state, library.name);
    copy(state, library.functions);
    lua_pop(state, 1);
    if (globals) continue;
    put_namespace(state, library.name);
    lua_setfield(state, -2, library.name);
  }
  put_gate(state);
  lua_pushvalue(state, -1);
  lua_setfield(state, -2, "_G");
}

}  // namespace gatehouse::policy
