#include "policy/binding/answer.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "plugin/host.h"
#include "policy/binding/json.h"
#include "policy/binding/object.h"
#include "policy/binding/options.h"
#include "policy/binding/waits.h"

namespace gatehouse::policy {
namespace {

// Of the answer's body; and what is left of the run's memory, for it and its text, may be less.
constexpr std::uint64_t kMostBytes = 1U << 20;
constexpr std::size_t kMostFields = 64;
constexpr std::size_t kMostHeard = 8;
constexpr std::size_t kMostHeardBytes = 4096;
constexpr int kMostHops = 8;  // no request comes through more often
const char kMetatable = 0;

struct AnswerField {
  std::string_view name;  // in lower case
  std::string_view value;
};

// What a target group answered.  Its texts lie behind it in Lua's memory, which thus knows how much
// is kept; nothing is to be destroyed.
struct Answer {
  std::uint32_t status = 0;
  std::string_view body;
  std::span<const AnswerField> fields;
};

const Answer& answer_of(lua_State* state) {
  void* found = userdata_of(state, kMetatable);
  if (found == nullptr)
    luaL_error(state, "an answer of gate.fetch expected, got %s", luaL_typename(state, 1));
  return *static_cast<const Answer*>(found);
}

// Pushes what was answered: the light userdata at 1, a gh_fetched.
int push_answer(lua_State* state) {
  const auto& got = *static_cast<const gh_fetched*>(lua_touserdata(state, 1));
  std::size_t texts = got.body.size;
  for (std::size_t i = 0; i < got.header_count; ++i)
    texts += got.headers[i].name.size + got.headers[i].value.size;
  const std::size_t before = sizeof(Answer) + got.header_count * sizeof(AnswerField);
  auto* block = static_cast<char*>(lua_newuserdata(state, before + texts));
  char* at = block + before;
  const auto keep = [&at](std::string_view text) {
    char* const begin = at;
    at = std::copy(text.begin(), text.end(), at);
    return std::string_view(begin, text.size());
  };
  auto* fields = reinterpret_cast<AnswerField*>(block + sizeof(Answer));
  for (std::size_t i = 0; i < got.header_count; ++i) {
    char* const name = at;
    auto* field = new (fields + i) AnswerField{keep(plugin::view(got.headers[i].name)), {}};
    std::transform(name, at, name, &ascii::lower);
    field->value = keep(plugin::view(got.headers[i].value));
  }
  new (block) Answer{got.status, keep(plugin::view(got.body)), {fields, got.header_count}};
  lua_pushlightuserdata(state, const_cast<char*>(&kMetatable));
  lua_rawget(state, LUA_REGISTRYINDEX);
  lua_setmetatable(state, -2);
  return 1;
}

int body(lua_State* state) {
  push(state, answer_of(state).body);
  return 1;
}
int json(lua_State* state) { return push_json(state, answer_of(state).body); }

// Upvalue: the answer.
int all_headers(lua_State* state) {
  const auto& answer = *static_cast<const Answer*>(lua_touserdata(state, lua_upvalueindex(1)));
  const std::string_view name = text_argument(state, 2);
  lua_newtable(state);
  int count = 0;
  for (const AnswerField& field : answer.fields) {
    if (!ascii::equals_ignoring_case(field.name, name)) continue;
    push(state, field.value);
    lua_rawseti(state, -2, ++count);
  }
  return 1;
}

// Upvalue: the answer.
int header(lua_State* state) {
  const auto& answer = *static_cast<const Answer*>(lua_touserdata(state, lua_upvalueindex(1)));
  const std::string_view name = text_argument(state, 2);
  if (name == "all") {
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_pushcclosure(state, &all_headers, 1);
    return 1;
  }
  for (const AnswerField& field : answer.fields) {
    if (!ascii::equals_ignoring_case(field.name, name)) continue;
    push(state, field.value);
    return 1;
  }
  return 0;
}

// Pushes a table by names in lower case, which is asked in any: the first value of each.
int push_headers(lua_State* state, const Answer& answer) {
  lua_createtable(state, 0, static_cast<int>(answer.fields.size()));
  for (std::size_t i = answer.fields.size(); i-- != 0;) {
    if (answer.fields[i].name == "all") continue;  // a target takes no method away
    push(state, answer.fields[i].name);
    push(state, answer.fields[i].value);
    lua_rawset(state, -3);
  }
  lua_createtable(state, 0, 2);
  lua_pushvalue(state, 1);
  lua_pushcclosure(state, &header, 1);
  lua_setfield(state, -2, "__index");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_setmetatable(state, -2);
  return 1;
}

int index(lua_State* state) {
  const Answer& answer = answer_of(state);
  const std::string_view key = text_argument(state, 2);
  if (key == "status") {
    lua_pushinteger(state, answer.status);
    return 1;
  }
  if (key == "headers") return push_headers(state, answer);
  if (key == "body" || key == "json") {
    lua_pushcfunction(state, key == "body" ? &body : &json);
    return 1;
  }
  return luaL_error(state, "an answer has status, headers, :body() and :json(), no %s", key.data());
}

class Fetch final : public HostOperation {
 public:
  Fetch(Fiber& fiber, const gh_fetch& ask) : HostOperation(fiber) {
    if (!fiber.run->applies) asked_ = heard_of(ask);
    under_way_ = plugin::host().fetch(
        plugin::c_worker(*fiber.run->exchange->space->services), &ask,
        [](void* self, const gh_fetched* got) { static_cast<Fetch*>(self)->answered(*got); }, this);
  }

 private:
  void answered(const gh_fetched& got) {
    hear(got);
    lua_State* thread = done();
    if (got.reason.size != 0) {
      lua_pushnil(thread);
      push(thread, plugin::view(got.reason));
      return wake(fiber_, 2);
    }
    // Pushing may raise, and the fiber that would catch it does not run yet.
    Run& run = *fiber_.run;
    Vm& vm = Vm::of(thread);
    lua_pushcfunction(vm.state(), &push_answer);
    lua_pushlightuserdata(vm.state(), const_cast<gh_fetched*>(&got));
    if (!vm.call(run, 1, 1)) return run.waiter->settled(run, Vm::Outcome::failed);
    lua_xmove(vm.state(), thread, 1);
    wake(fiber_, 1);
  }

  static Heard heard_of(const gh_fetch& ask) {
    const std::string_view path = plugin::view(ask.path);
    std::string method(plugin::view(ask.method));
    if (method.empty()) method = ask.body.size == 0 ? "GET" : "POST";
    return {std::string(plugin::view(ask.group)),
            std::move(method),
            std::string(path.substr(0, path.find('?'))),
            0,
            {}};
  }
  // In shadow a test may be made of it.
  void hear(const gh_fetched& got) {
    if (!asked_ || fiber_.run->heard.size() == kMostHeard) return;
    asked_->status = got.reason.size == 0 ? got.status : 0;
    if (got.body.size <= kMostHeardBytes) asked_->body = plugin::view(got.body);
    fiber_.run->heard.push_back(*std::move(asked_));
  }

  std::optional<Heard> asked_;
};

// How often the request has been here: one that a policy asks for counts on, so that a circle ends.
int times_through(const exchange::Exchange& x) {
  int times = 0;
  for (const auto& field : x.request.fields()) {
    if (field.id == http::FieldId::via && field.value().find("gatehouse") != std::string_view::npos)
      ++times;
  }
  return std::min(times, kMostHops);
}

// A text of the options at 2; it stays on the stack.
std::string_view option(lua_State* state, const char* key) {
  lua_getfield(state, 2, key);
  if (lua_isnil(state, -1)) return {};
  if (lua_isstring(state, -1) == 0)
    luaL_error(state, "gate.fetch: %s is a text, not %s", key, luaL_typename(state, -1));
  return text_argument(state, -1);
}

// Pushes the path with its query: a text, or a table of names and values.
std::string_view push_target(lua_State* state) {
  const std::string_view path = option(state, "path");
  const auto stands = [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != 0x7f && c != '#';
  };
  if (!path.empty() && (path.front() != '/' || !std::all_of(path.begin(), path.end(), stands)))
    luaL_error(state,
               "gate.fetch: a path begins with / and has no #, space or control character: "
               "gate.escape helps");
  lua_getfield(state, 2, "query");
  const int query = lua_gettop(state);
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  luaL_addlstring(&out, path.empty() ? "/" : path.data(), std::max<std::size_t>(path.size(), 1));
  luaL_pushresult(&out);
  if (lua_isnil(state, query)) return text_argument(state, -1);
  if (!lua_istable(state, query))
    luaL_error(state, "gate.fetch: query is a table, not %s", luaL_typename(state, query));
  bool first = path.find('?') == path.npos;
  for (lua_pushnil(state); lua_next(state, query) != 0; lua_pop(state, 1)) {
    // On the stack: query, the target so far, a name, its value.
    const int at = query + 2;
    if (lua_type(state, at) != LUA_TSTRING || lua_isstring(state, at + 1) == 0)
      luaL_error(state, "gate.fetch: query has a name and a text for each parameter");
    lua_pushvalue(state, query + 1);
    push_escaped(state, text_argument(state, at), first ? '?' : '&');
    push_escaped(state, text_argument(state, at + 1), '=');
    lua_concat(state, 3);
    lua_replace(state, query + 1);
    first = false;
  }
  return text_argument(state, query + 1);
}

}  // namespace

std::unique_ptr<Operation> make_fetch(lua_State* state, Fiber& fiber, const char*& wrong) {
  lua_settop(state, 2);
  luaL_checkstack(state, 200, "too many values");
  const std::string_view group = text_argument(state, 1);
  if (lua_isnil(state, 2)) {
    lua_newtable(state);
    lua_replace(state, 2);
  }
  luaL_checktype(state, 2, LUA_TTABLE);
  only_keys(state, 2, "gate.fetch", kFetchKeys);
  gh_fetch ask{};
  ask.group = plugin::c_text(group);
  ask.path = plugin::c_text(push_target(state));
  ask.method = plugin::c_text(option(state, "method"));
  ask.body = plugin::c_text(option(state, "body"));
  lua_getfield(state, 2, "timeout");
  if (!lua_isnil(state, -1))
    ask.timeout_ms = static_cast<std::uint64_t>(
        std::max(1.0, named_seconds(state, lua_gettop(state), "gate.fetch: timeout") * 1000));
  gh_field_line fields[kMostFields + kMostHops + 2];
  lua_getfield(state, 2, "json");
  bool needs_type = !lua_isnil(state, -1);
  if (needs_type) {
    push_json_text(state, lua_gettop(state));
    ask.body = plugin::c_text(text_argument(state, -1));
  }
  lua_getfield(state, 2, "headers");
  if (!lua_isnil(state, -1)) {
    if (!lua_istable(state, -1))
      luaL_error(state, "gate.fetch: headers is a table, not %s", luaL_typename(state, -1));
    const int headers = lua_gettop(state);
    for (lua_pushnil(state); lua_next(state, headers) != 0;) {
      if (ask.header_count == kMostFields) luaL_error(state, "gate.fetch: too many headers");
      if (lua_type(state, -2) != LUA_TSTRING) luaL_error(state, "gate.fetch: headers have names");
      const std::string_view name = text_argument(state, -2);
      const std::string_view value = named_text(state, -1, lua_tostring(state, -2));
      if (!http::is_field_value(value) || !ascii::is_token(name))
        luaL_error(state, "gate.fetch: no name or value of a header field");
      fields[ask.header_count++] = {plugin::c_text(name), plugin::c_text(value)};
      needs_type = needs_type && !ascii::equals_ignoring_case(name, "Content-Type");
      lua_insert(state, headers + 1);  // the value stays, so that its text does
    }
  }
  if (needs_type)
    fields[ask.header_count++] = {plugin::c_text("Content-Type"),
                                  plugin::c_text("application/json")};
  for (int i = 0; i <= times_through(*fiber.run->exchange); ++i)
    fields[ask.header_count++] = {plugin::c_text("Via"), plugin::c_text("1.1 gatehouse")};
  ask.headers = fields;
  if (!fiber.run->meter.take_call()) {
    wrong = "no calls are left of the budget";
    return nullptr;
  }
  ask.most_bytes = std::clamp<std::uint64_t>(fiber.run->meter.bytes_left() / 2, 1, kMostBytes);
  return std::make_unique<Fetch>(fiber, ask);
}

void make_answer_metatable(lua_State* state) {
  lua_pushlightuserdata(state, const_cast<char*>(&kMetatable));
  lua_createtable(state, 0, 2);
  lua_pushcfunction(state, &index);
  lua_setfield(state, -2, "__index");
  lua_pushboolean(state, 0);
  lua_setfield(state, -2, "__metatable");
  lua_rawset(state, LUA_REGISTRYINDEX);
}

}  // namespace gatehouse::policy
