// What `gatehouse lua check` finds, a row each: code, and what it says.
#include <gtest/gtest.h>

#include "policy/check/checker.h"
#include "policy/script.h"

namespace gatehouse::policy {
namespace {

std::string said_of(const config::Diagnostics& diagnostics) {
  std::string out;
  for (const auto& each : diagnostics) {
    out += std::to_string(each.span.line) + ':' + std::to_string(each.span.column) + ' ' +
           each.code + ": " + each.message + (each.hint.empty() ? "" : " (" + each.hint + ')') +
           '\n';
  }
  return out;
}

struct Row {
  const char* code;
  const char* said;  // "": nothing
};

const Row kRows[] = {
    {"return {request = function(x) return x.reqest end}",
     "1:40 unknown-field: x has no 'reqest' (did you mean 'request'?)\n"},
    {"return {request = function(y) local q = y.request return q.pth end}",
     "1:60 unknown-field: x.request has no 'pth' (did you mean 'path'?)\n"},
    {"return {request = function(x) local who = x.identity or x:deny(401) return who.mail end}",
     "1:80 unknown-field: x.identity has no 'mail' (did you mean 'email'?)\n"},
    {"return {request = function(x) x:forbid(403) end}", "1:33 unknown-field: x has no 'forbid'\n"},
    {"return {request = function(x) return x['rule'].nam end}",
     "1:48 unknown-field: x.rule has no 'nam' (did you mean 'name'?)\n"},
    {"return {request = function(x) return x.request.headers.anything, x.identity.claims.a.b end}",
     ""},
    {"return {request = function(x) x.request.path = '/' end}",
     "1:41 cannot-be-set: x.request.path cannot be set\n"},
    {"return {request = function(x) x.upstream.path = '/' x.upstream.headers.A = 1 end}", ""},
    {"return {request = function(x) return x.response.status end}",
     "1:49 wrong-phase: x.response.status cannot be used in the phase request (in response, "
     "log)\n"},
    {"return {log = function(x) x:deny(403) end}",
     "1:29 wrong-phase: x:deny cannot be used in the phase log (in request, response, socket_open, "
     "socket_message)\n"},
    {"gate.sleep(1) return {log = function() end}",
     "1:6 wrong-phase: gate.sleep cannot be used while the file is loaded (in request, response, "
     "socket_open, socket_message, log)\n"},
    {"return {request = function(x) gate.string 'a' end}",
     "1:36 wrong-phase: gate.string cannot be used in the phase request (only while the file is "
     "loaded)\n"},
    {"return {request = function(x) x.deny(403) end}",
     "1:33 wrong-call: x:deny is called with a colon (`x:deny(…)`)\n"},
    {"return {request = function(x) return x.request.json(), x['request'].headers.all 'a' end}",
     "1:48 wrong-call: x.request:json is called with a colon (`x.request:json(…)`)\n"
     "1:77 wrong-call: x.request.headers:all is called with a colon "
     "(`x.request.headers:all(…)`)\n"},
    {"return {request = function(x) return gate.redis:get('a') end}",
     "1:49 wrong-call: gate.redis.get is called with a dot (`gate.redis.get(…)`)\n"},
    {"return {request = function(x) x.deny(x, 403) x['deny'](x) gate['sleep'](1) ('a'):rep(2) end}",
     ""},
    {"local sleep = gate.sleep return {request = function() sleep(1) end}", ""},
    {"local function f() gate.sleep(1) end return {request = f}", ""},
    {"return {request = function() return gate.hash.sha265('') end}",
     "1:47 unknown-field: gate.hash has no 'sha265' (did you mean 'sha256'?)\n"},
    {"return {request = function() return ('a'):rep(2), string.dump end}",
     "1:58 unknown-field: string has no 'dump'\n"},
    {"return {request = function() gate.fetch('g', {pth = '/', timeout = 1}) end}",
     "1:47 unknown-field: gate.fetch takes no 'pth' (did you mean 'path'?)\n"},
    {"return {request = function() gate.jwt.mint({}, {algoritm = 'HS256'}) end}",
     "1:49 unknown-field: gate.jwt.mint takes no 'algoritm' (did you mean 'algorithm'?)\n"},
    {"return {request = function(x) x:respond{sttus = 200} end}",
     "1:41 unknown-field: x:respond takes no 'sttus' (did you mean 'status'?)\n"},
    {"return {request = function() gate.all{a = function() end} gate.metric.count('a', 1, {b = 1}) "
     "end}",
     ""},
    {"return {request = function() os.exit() end}",
     "1:30 removed-library: policies have no 'os' (gate.now and gate.time are the clocks, gate.env "
     "has what policy_env names)\n"},
    {"return {request = function() print(1) end}",
     "1:30 removed-library: policies have no 'print' (gate.log.info writes to the log)\n"},
    {"return {request = function() return piars({}) end}",
     "1:37 undefined-global: 'piars' is neither a local variable nor a global (did you mean "
     "'pairs'?)\n"},
    {"return {request = function() count = (count or 0) + 1 end}",
     "1:30 global-write: the global 'count' is shared by all requests (`local count`, unless that "
     "is what you want)\n"},
    {"local n for i = 1, 2 do n = i end for k, v in pairs({}) do n = v end return {request = n}",
     ""},
    {"-- a\n--[[ b\n]] local s = [==[ ]] ]==] .. 'it\\'s' .. 0x1F .. 1e-3 return {log = s}", ""},
    {"local t = {1, [2] = 3; a = 4} if not t.a then goto done end ::done:: return {log = t}", ""},
    {"repeat local a = 1 until a == 1 while true do break end return {request = function(...) "
     "return "
     "... end}",
     ""},
    {"local m = {} function m.request(x) return x.nothing end return m",
     "1:45 unknown-field: x has no 'nothing'\n"},
    {"local m = {} function m:f() return self.x end return {request = m}", ""},
};

TEST(LuaCheck, says_what_the_table_says) {
  for (const Row& row : kRows)
    EXPECT_EQ(said_of(check_names(row.code, nullptr)), row.said) << row.code;
}

TEST(LuaCheck, knows_the_parameters_of_a_policy) {
  const std::string text =
      "return {with = {role = gate.string 'a role'},\n"
      "  request = function(x, with) return with.role, with.rule end}";
  const auto script = Script::load({"policies/x.lua", text}, [](const std::string&) {
    return tl::make_unexpected(Refusal{"there is none", {}});
  });
  ASSERT_TRUE(script.has_value());
  EXPECT_EQ(said_of(check_names(text, &(*script)->parameters())),
            "2:54 unknown-parameter: `with` has no parameter 'rule' (did you mean 'role'?)\n");
}

TEST(LuaCheck, finds_what_is_required) {
  EXPECT_EQ(required_modules("local a = require 'lib.a' local b = require(\"b\") require(c)"),
            (std::vector<std::string>{"lib.a", "b"}));
}

TEST(LuaCheck, goes_through_any_text) {
  for (const char* text : {"",
                           "end end",
                           "return {",
                           "x.",
                           "f(",
                           "a[",
                           "function",
                           "local",
                           "for",
                           "if x then else",
                           "'",
                           "[[",
                           "return {request = function(x",
                           "= = =",
                           "goto",
                           "::",
                           "{{{{",
                           "a.b.c = ",
                           "not",
                           "- - -",
                           "until"})
    static_cast<void>(check_names(text, nullptr));
}

}  // namespace
}  // namespace gatehouse::policy
