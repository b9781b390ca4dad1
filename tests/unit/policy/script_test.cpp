// What is wrong with a policy's file is known before it is used.
#include "policy/script.h"

#include <gtest/gtest.h>

#include <map>

namespace gatehouse::policy {
namespace {

struct Wrong {
  const char* text;
  const char* said;
};

std::string refusal(const std::string& text,
                    const std::map<std::string, std::string>& modules = {}) {
  const auto loaded = Script::load(
      {"policies/x.lua", text}, [&](const std::string& name) -> tl::expected<SourceFile, Refusal> {
        const auto at = modules.find(name);
        if (at == modules.end())
          return tl::make_unexpected(Refusal{"there is no module " + name, {}});
        return SourceFile{"policies/" + name + ".lua", at->second};
      });
  return loaded ? "fine" : loaded.error().why;
}

constexpr char kPhase[] = "return {request = function() end}";

TEST(Script, what_is_wrong_is_named) {
  const Wrong table[] = {
      {kPhase, "fine"},
      {"return {\n  request = = 1 }", "policies/x.lua:2: unexpected symbol near '='"},
      {"\nwhile true do end", "policies/x.lua:2: the processor time of its budget is used up"},
      {"local s = 'x'\nwhile true do s = s .. s end",
       "policies/x.lua:2: the memory of its budget is used up"},
      {"error('no')", "policies/x.lua:1: no"},
      {"error({})", "policies/x.lua: an error that is no text: a table"},
      {"return nil", "policies/x.lua: returns no table of phases"},
      {"return {}", "policies/x.lua: has no phase"},
      {"return setmetatable({}, {__index = {request = function() end}})",
       "policies/x.lua: has no phase"},
      {"return {requset = function() end}", "policies/x.lua: there is no phase 'requset'"},
      {"return {request = 1}", "policies/x.lua: the phase 'request' is no function"},
      {"return {function() end}", "policies/x.lua: a key that is no name"},
      {"return {with = 1, request = error}", "policies/x.lua: `with` is no table of parameters"},
      {"return {with = {a = 1}, request = function() end}",
       "policies/x.lua: `with.a` is no type such as gate.string \"what it is for\""},
      {"return {with = {a = gate.duration('a', 'soon')}, request = function() end}",
       "policies/x.lua: the default of `with.a` is no value of its type"},
      {"return {with = {a = gate.one_of({'b', 'c'}, 'a', 'd')}, request = function() end}",
       "policies/x.lua: the default of `with.a` is no value of its type"},
      {"return {with = {a = gate.list(gate.integer, 'a', {1, 'x'})}, request = function() end}",
       "policies/x.lua: the default of `with.a` is no value of its type"},
      {"return {with = {a = gate.list(gate.list(gate.string))}, request = function() end}",
       "policies/x.lua: `with.a` is no type such as gate.string \"what it is for\""},
      {"\x1bLJ\x02", "policies/x.lua: bytecode is not executed"},
  };
  for (const auto& row : table) EXPECT_EQ(refusal(row.text), row.said) << row.text;
}

TEST(Script, requires_modules_and_remembers_them) {
  const std::map<std::string, std::string> modules = {
      {"lib.a", "local b = require 'lib.b' return {f = function() return b end}"},
      {"lib.b", "return 7"},
      {"loop", "require 'loop'"},
      {"broken", "return ="},
      {"fails", "error 'it fails'"},
      {"endless", "while true do end"},
      {"binary", "\x1bLJ\x02"}};
  const auto with = [&](const std::string& text) { return refusal(text + kPhase, modules); };
  EXPECT_EQ(with("assert(require('lib.a').f() == 7) assert(require('lib.b') == 7) "), "fine");
  EXPECT_EQ(with("require 'loop' "), "policies/loop.lua:1: 'loop' requires itself");
  EXPECT_EQ(refusal("return require 'loop'", {{"loop", "return require 'loop'"}}),
            "policies/x.lua: 'loop' requires itself");
  EXPECT_EQ(with("require 'binary' "), "policies/binary.lua: bytecode is not executed");
  EXPECT_EQ(with("require 'broken' "), "policies/broken.lua:1: unexpected symbol near '='");
  for (const std::string before : {"", "pcall(require, 'fails') ", "pcall(require, 'loop') "})
    EXPECT_EQ(with(before + "require 'fails' "), "policies/fails.lua:1: it fails") << before;
  EXPECT_EQ(with("pcall(require, 'endless') "),
            "policies/endless.lua:1: the processor time of its budget is used up");
  EXPECT_EQ(with("require 'none' "), "policies/x.lua:1: there is no module none");
  EXPECT_EQ(with("require '../../etc/passwd' "),
            "policies/x.lua:1: '../../etc/passwd' is no module: names under policies/, with dots");
}

}  // namespace
}  // namespace gatehouse::policy
