#include "policy/test_script.h"

#include "policy/binding/json.h"
#include "policy/binding/object.h"

namespace gatehouse::policy {
namespace {

// Tests are nobody's requests: what they may use only ends those that never would.
Budget generous() {
  Budget out;
  out.cpu_us = 5'000'000;
  out.memory = 256U << 20;
  out.calls = 100'000;
  return out;
}

const char kScript = 0;   // where the registry has the TestScript
const char kOutcome = 0;  // and the metatable of outcomes

TestScript& script_of(lua_State* state) {
  lua_pushlightuserdata(state, const_cast<char*>(&kScript));
  lua_rawget(state, LUA_REGISTRYINDEX);
  auto* script = static_cast<TestScript*>(lua_touserdata(state, -1));
  lua_pop(state, 1);
  return *script;
}

// The table at `index` as JSON.
std::string json_argument(lua_State* state, int index) {
  luaL_checktype(state, index, LUA_TTABLE);
  push_json_text(state, index);
  std::string out(text_argument(state, -1));
  lua_pop(state, 1);
  return out;
}

unsigned line_of_caller(lua_State* state) {
  lua_Debug at{};
  if (lua_getstack(state, 1, &at) == 0) return 0;
  lua_getinfo(state, "l", &at);
  return at.currentline > 0 ? static_cast<unsigned>(at.currentline) : 0;
}

// Raises what is pushed, with the caller's place before it.
int raise(lua_State* state) {
  luaL_where(state, 1);
  lua_insert(state, -2);
  lua_concat(state, 2);
  return lua_error(state);
}

// 0, or pushes what is wrong and says so: a C++ object must not be alive when Lua raises.
template <typename T>
bool push_wrong(lua_State* state, const TestHost::Said<T>& said) {
  if (said) return false;
  push(state, said.error());
  return true;
}

}  // namespace

// The functions that tests call.
struct TestCalls {
  // test("it does this", function(t) … end)
  static int add(lua_State* state) {
    const std::string_view name = text_argument(state, 2);
    luaL_checktype(state, 3, LUA_TFUNCTION);
    if (Vm::of(state).current()->phase != Phase::load)
      return luaL_error(state, "tests are named while the file is loaded, not in a test");
    TestScript& script = script_of(state);
    lua_pushvalue(state, 3);
    const int function = luaL_ref(state, LUA_REGISTRYINDEX);
    script.tests_.push_back({std::string(name), line_of_caller(state), script.policy_, function});
    return 0;
  }
  // test.policy{script =, with =, …}
  static int policy(lua_State* state) {
    script_of(state).policy_ = json_argument(state, 1);
    return 0;
  }
  static int answers(lua_State* state) {
    const std::string_view group = text_argument(state, 2);
    luaL_checktype(state, 3, LUA_TTABLE);
    push_json_text(state, 3);
    const std::string_view answer = text_argument(state, -1);
    if (push_wrong(state, script_of(state).host_.answers(std::string(group), std::string(answer))))
      return raise(state);
    return 0;
  }
  static int clock(lua_State* state) {
    const std::string_view time = text_argument(state, 2);
    if (push_wrong(state, script_of(state).host_.clock(std::string(time)))) return raise(state);
    return 0;
  }
  static int request(lua_State* state) {
    luaL_checktype(state, 2, LUA_TTABLE);
    push_json_text(state, 2);
    if (!push_outcome(state)) return raise(state);
    lua_pushlightuserdata(state, const_cast<char*>(&kOutcome));
    lua_rawget(state, LUA_REGISTRYINDEX);
    lua_setmetatable(state, -2);
    return 1;
  }
  // Asks with the text at the top, and pushes what came of it; false: pushes what is wrong.
  static bool push_outcome(lua_State* state) {
    const auto said = script_of(state).host_.request(std::string(text_argument(state, -1)));
    if (push_wrong(state, said)) return false;
    push_json(state, *said);
    return true;
  }
  // r:expects{status = 403}, or t:equals(seen, expected)
  static int expects(lua_State* state) {
    const int seen = lua_gettop(state) == 3 ? 2 : 1;
    luaL_checkany(state, seen + 1);
    for (const int index : {seen, seen + 1}) {
      if (!lua_isnil(state, index)) continue;
      push_json_null(state);
      lua_replace(state, index);
    }
    push_json_text(state, seen);
    push_json_text(state, seen + 1);
    if (!note_differences(state)) return raise(state);
    lua_settop(state, seen);
    return 1;
  }
  static bool note_differences(lua_State* state) {
    TestScript& script = script_of(state);
    const auto said = script.host_.differences(std::string(text_argument(state, -2)),
                                               std::string(text_argument(state, -1)));
    if (push_wrong(state, said)) return false;
    for (const auto& text : *said) script.failures_.push_back({line_of_caller(state), text});
    return true;
  }
};

namespace {

constexpr Function kTest[] = {
    {"policy", "(policy: gatehouse.TestPolicy)",
     "which policy the tests behind it run, and with what parameters", &TestCalls::policy,
     kLoading},
};
constexpr Function kInTest[] = {
    {"request", "(request: gatehouse.TestRequest): gatehouse.TestOutcome",
     "sends a request through the policy to the target group `origin`", &TestCalls::request},
    {"answers", "(group: string, answer: gatehouse.TestAnswer)",
     "what a target group answers; what is said later goes before", &TestCalls::answers},
    {"clock", "(time: string)", "sets the clock: \"2026-11-27T09:00:00Z\"", &TestCalls::clock},
    {"equals", "(seen: any, expected: any)", "fails, and goes on, if they differ",
     &TestCalls::expects},
};
constexpr Function kOfOutcome[] = {
    {"expects", "(expected: table): gatehouse.TestOutcome",
     "fails, and goes on, where the outcome is not as said", &TestCalls::expects},
};

constexpr std::string_view kTables = R"(
---@class gatehouse.TestPolicy
---@field script? string # the file, if not the one beside the test
---@field with? table # its parameters
---@field budget? table
---@field on_error? "deny"|"allow"
---@field groups? string[] # target groups that it asks, besides those of its parameters
---@field env? table<string, string> # what gate.env has

---@class gatehouse.TestRequest
---@field method? string
---@field url? string # "/path?query", or "http://host/path"
---@field headers? table<string, string|number|string[]>
---@field cookies? table<string, string>
---@field body? string
---@field json? any
---@field ip? string
---@field identity? table # id, email, method, roles, claims

---@class gatehouse.TestAnswer
---@field method? string
---@field path? string
---@field status? integer
---@field headers? table<string, string|number|string[]>
---@field body? string
---@field json? any
---@field fails? "refused"|"silent"
)";

void add_fields(std::string& out, std::string_view self, std::span<const Function> functions) {
  for (const Function& row : functions) {
    std::string type = "fun";
    type += row.signature;
    const bool alone = type[4] == ')';
    if (!self.empty()) type.insert(4, "self: " + std::string(self) + (alone ? "" : ", "));
    out += "---@field " + std::string(row.name) + ' ' + type + " # " + row.doc + '\n';
  }
}

}  // namespace

std::string test_stubs() {
  std::string out(kTables);
  out += "\n---@class gatehouse.TestOutcome\n";
  add_fields(out, "gatehouse.TestOutcome", kOfOutcome);
  for (const auto* field : {"rule string?", "verdict string", "reason string", "status integer",
                            "headers table<string, any>", "body string", "json any",
                            "upstream table?", "fetched table[]", "log string[]"})
    out += std::string("---@field ") + field + '\n';
  out += "\n---@class gatehouse.Test\n";
  add_fields(out, "gatehouse.Test", kInTest);
  out +=
      "\n---In files called *_test.lua.\n---@class gatehouse.Tests\n"
      "---@overload fun(name: string, run: fun(t: gatehouse.Test))\n";
  add_fields(out, "", kTest);
  return out + "\n---@type gatehouse.Tests\ntest = {}\n";
}

TestScript::TestScript(SourceFile file, const FindModule& find, TestHost& host)
    : file_(std::move(file)), host_(host) {
  lua_State* state = vm_.state();
  lua_pushlightuserdata(state, const_cast<char*>(&kScript));
  lua_pushlightuserdata(state, this);
  lua_rawset(state, LUA_REGISTRYINDEX);
  lua_pushlightuserdata(state, const_cast<char*>(&kOutcome));
  lua_newtable(state);
  lua_newtable(state);
  put_functions(state, "outcome", kOfOutcome);
  lua_setfield(state, -2, "__index");
  lua_rawset(state, LUA_REGISTRYINDEX);
  Loading loading(vm_, find);
  failure_ = loading.execute(file_, {}, {generous(), [this](lua_State* at) { put_test(at); }});
  if (failure_.empty() && tests_.empty())
    failure_ = file_.name + ": names no test: test(\"it does this\", function(t) … end)";
}

TestScript::~TestScript() = default;

// Adds `test` to the environment at the top.
void TestScript::put_test(lua_State* state) {
  lua_newtable(state);
  put_functions(state, "test", kTest);
  lua_newtable(state);
  lua_pushcfunction(state, &TestCalls::add);
  lua_setfield(state, -2, "__call");
  lua_setmetatable(state, -2);
  lua_setfield(state, -2, "test");
}

std::vector<TestFailure> TestScript::run(const Test& test) {
  failures_.clear();
  if (auto said = host_.begin(test.policy); !said) return {{test.line, said.error()}};
  Run& run = vm_.begin(Phase::request, &host_.exchange(), generous());
  run.waiter = this;
  run.policy = file_.name;
  lua_rawgeti(run.thread, LUA_REGISTRYINDEX, test.function);
  lua_newtable(run.thread);
  put_functions(run.thread, "t", kInTest);
  outcome_ = vm_.resume(run, 1);
  const bool ended = host_.until([this] { return outcome_ != Vm::Outcome::waiting; });
  if (!ended) failures_.push_back({test.line, "it waits for what never comes"});
  if (outcome_ == Vm::Outcome::failed) failures_.push_back({0, run.failure});
  vm_.finish(run);
  return std::move(failures_);
}

void TestScript::settled(Run&, Vm::Outcome outcome) { outcome_ = outcome; }

}  // namespace gatehouse::policy
