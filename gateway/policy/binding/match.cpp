// Addresses and regular expressions.
#include "policy/binding/match.h"

#include <re2/re2.h>

#include <memory>
#include <new>

#include "config/regex.h"
#include "net/cidr.h"
#include "policy/binding/namespaces.h"
#include "policy/binding/object.h"

namespace gatehouse::policy {
namespace {

const char kMetatable = 0;
constexpr int kMostGroups = 32;
using Regex = std::shared_ptr<const re2::RE2>;

// gate.ip.within(ip, cidr): one block or a list of them.
int within(lua_State* state) {
  const auto ip = net::IpAddress::parse(text_argument(state, 1));
  const auto in = [&](int index) {
    Vm::of(state).take_steps(state, 20);
    const auto block = net::Cidr::parse(text_argument(state, index));
    if (!block) luaL_error(state, "'%s' is no block of addresses", lua_tostring(state, index));
    return ip && block->contains(*ip);
  };
  bool found = false;
  if (lua_istable(state, 2)) {
    const int size = static_cast<int>(lua_objlen(state, 2));
    for (int i = 1; i <= size && !found; ++i) {
      lua_rawgeti(state, 2, i);
      found = in(lua_gettop(state));
      lua_pop(state, 1);
    }
  } else {
    found = in(2);
  }
  lua_pushboolean(state, found ? 1 : 0);
  return 1;
}

// Compiled while the file is loaded, so that what it costs is known by then.
int regex(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  auto* place = new (lua_newuserdata(state, sizeof(Regex))) Regex;
  lua_pushlightuserdata(state, const_cast<char*>(&kMetatable));
  lua_rawget(state, LUA_REGISTRYINDEX);
  lua_setmetatable(state, -2);
  {
    auto compiled = config::compile_regex(text, false);
    if (compiled) {
      *place = std::move(*compiled);
      return 1;
    }
    const std::string why = compiled.error().text();
    push(state, why);
  }
  return luaL_error(state, "%s", lua_tostring(state, -1));
}

const re2::RE2& regex_of(lua_State* state) {
  void* found = userdata_of(state, kMetatable);
  if (found == nullptr || *static_cast<Regex*>(found) == nullptr)
    luaL_error(state, "what gate.regex made is expected, got %s", luaL_typename(state, 1));
  return **static_cast<Regex*>(found);
}

// The groups of the first match, or the match where there is none; nil: it does not match.
int match(lua_State* state) {
  const re2::RE2& regex = regex_of(state);
  const std::string_view text = text_argument(state, 2);
  Vm::of(state).take_steps(state, text.size() + 50);
  re2::StringPiece groups[kMostGroups];
  const int count = std::min(regex.NumberOfCapturingGroups() + 1, kMostGroups);
  if (!regex.Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, groups,
                   count)) {
    lua_pushnil(state);
    return 1;
  }
  luaL_checkstack(state, kMostGroups, "too many groups");
  for (int i = count == 1 ? 0 : 1; i < count; ++i) {
    if (groups[i].data() == nullptr)
      lua_pushboolean(state, 0);  // took no part
    else
      push(state, {groups[i].data(), groups[i].size()});
  }
  return count == 1 ? 1 : count - 1;
}

constexpr Function kIpFunctions[] = {{"within", "(ip: string, blocks: string|string[]): boolean",
                                      "whether an address lies in a block", &within, kAnywhere}};
constexpr Function kRegexFunctions[] = {{"regex", "(pattern: string): gatehouse.Regex",
                                         "RE2's, linear in the text; while the file is loaded",
                                         &regex, kLoading}};

}  // namespace

void make_regex_metatable(lua_State* state) {
  lua_pushlightuserdata(state, const_cast<char*>(&kMetatable));
  lua_createtable(state, 0, 3);
  lua_createtable(state, 0, 1);
  lua_pushcfunction(state, &match);
  lua_setfield(state, -2, "match");
  lua_setfield(state, -2, "__index");
  lua_pushcfunction(state, [](lua_State* here) {
    static_cast<Regex*>(lua_touserdata(here, 1))->~Regex();
    return 0;
  });
  lua_setfield(state, -2, "__gc");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_rawset(state, LUA_REGISTRYINDEX);
}

const Namespace kIp = {"gate.ip", "addresses", kIpFunctions};
const Namespace kRegex = {"gate", "regular expressions", kRegexFunctions};

}  // namespace gatehouse::policy
