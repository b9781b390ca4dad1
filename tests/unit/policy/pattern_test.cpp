// Patterns match as Lua's own do: every row is what LuaJIT's string.find says.
#include "policy/pattern.h"

#include <gtest/gtest.h>

#include <lua.hpp>
#include <memory>
#include <string>

#include "policy/binding/namespaces.h"
#include "policy/vm.h"

namespace gatehouse::policy {
namespace {

// LuaJIT's string library, or ours in its place.
std::string say(lua_State* state, const char* function, const std::string& subject,
                const std::string& pattern) {
  lua_settop(state, 0);
  lua_getfield(state, LUA_GLOBALSINDEX, "string");
  lua_getfield(state, -1, function);
  lua_remove(state, 1);
  lua_pushlstring(state, subject.data(), subject.size());
  lua_pushlstring(state, pattern.data(), pattern.size());
  int arguments = 2;
  if (std::string(function) == "gsub") {
    lua_pushliteral(state, "<%0>");
    ++arguments;
  }
  if (lua_pcall(state, arguments, LUA_MULTRET, 0) != 0) return "raises";
  std::string out;
  for (int i = 1; i <= lua_gettop(state); ++i) {
    std::size_t size = 0;
    const char* text = lua_tolstring(state, i, &size);
    out += text == nullptr ? "nil;" : std::string(text, size) + ';';
  }
  return out;
}

const char* const kSubjects[] = {"",      "a",        "abc",       "aaa",     "hello world",
                                 "a.b.c", "(a(b)c)d", "x=1, y=22", "  trim ", "THE (quick) fox",
                                 "a]b",   "a-b",      "%d",        "a\nb",    "bob:user"};
const char* const kPatterns[] = {"",
                                 "a",
                                 "^a",
                                 "a$",
                                 "^a$",
                                 ".",
                                 "..",
                                 "a*",
                                 "a+",
                                 "a-",
                                 "a?",
                                 ".-b",
                                 ".*b",
                                 "(.)(.)",
                                 "()a()",
                                 "%a+",
                                 "%A+",
                                 "%d+",
                                 "%s*(.-)%s*$",
                                 "[abc]+",
                                 "[^abc]+",
                                 "[a-c]",
                                 "[]]",
                                 "[^]]+",
                                 "[a%-b]+",
                                 "[%w:]+",
                                 "%b()",
                                 "%f[%w]%w+",
                                 "%f[%a]%a+",
                                 "(%a+)=(%d+)",
                                 "^(%w+):(%w+)$",
                                 "(a)%1",
                                 "%%",
                                 "[a-]+",
                                 "%.",
                                 "(()b())",
                                 "x*",
                                 "$",
                                 "^",
                                 "%u+",
                                 "[%a_][%w_]*",
                                 "a.-c",
                                 "(a*(.)%w(%s*))",
                                 "[",
                                 "%",
                                 "(",
                                 ")",
                                 "%1",
                                 "[^",
                                 "%b",
                                 "%f",
                                 "[%",
                                 "%z",
                                 "%p",
                                 "%c",
                                 "%x+"};

TEST(Pattern, matches_as_luajits_own) {
  const std::unique_ptr<lua_State, decltype(&lua_close)> theirs(luaL_newstate(), &lua_close);
  luaL_openlibs(theirs.get());
  Vm vm;
  lua_State* ours = vm.state();
  lua_newtable(ours);
  put_namespace(ours, "string");
  lua_setfield(ours, LUA_GLOBALSINDEX, "string");
  for (const char* subject : kSubjects) {
    for (const char* pattern : kPatterns) {
      for (const char* function : {"find", "match", "gsub"}) {
        // LuaJIT's gsub says nothing of a capture that is not closed; ours does, as its find does.
        if (std::string(function) + pattern == "gsub(") continue;
        EXPECT_EQ(say(ours, function, subject, pattern),
                  say(theirs.get(), function, subject, pattern))
            << function << " '" << subject << "' '" << pattern << "'";
      }
    }
  }
}

}  // namespace
}  // namespace gatehouse::policy
