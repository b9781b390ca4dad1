// `x`, the exchange, and the verdicts that end a policy.
#include "base/ascii.h"
#include "plugin/host.h"
#include "policy/binding/json.h"
#include "policy/binding/objects.h"
#include "policy/binding/options.h"

namespace gatehouse::policy {
namespace {

constexpr std::uint32_t kDeciding = bit(Phase::request) | bit(Phase::response) |
                                    bit(Phase::socket_open) | bit(Phase::socket_message);

std::uint32_t status_argument(lua_State* state, int index, std::uint32_t lowest,
                              std::uint32_t initial) {
  if (lua_isnoneornil(state, index)) return initial;
  const lua_Number status = luaL_checknumber(state, index);
  if (!(status >= lowest && status <= 599) || status != static_cast<int>(status))
    luaL_error(state, "a status from %d to 599 is needed, not %f", static_cast<int>(lowest),
               status);
  return static_cast<std::uint32_t>(status);
}

int decide(lua_State* state, Run& run, const gh_answer& said) {
  if (run.applies) {
    run.verdict = plugin::answer_of(*run.exchange, said);
  } else {
    run.verdict = {.kind = exchange::Verdict::Kind::answer,
                   .status = static_cast<std::uint16_t>(said.status)};
  }
  return Vm::of(state).end(state, Ending::verdict);
}

// x:deny(status [, reason]): the reason is what the client reads; without one it gets the gateway's
// page.
int deny(lua_State* state) {
  Run& run = run_of(state, Object::exchange);
  const std::uint32_t status = status_argument(state, 2, 400, 403);
  const std::string_view reason =
      lua_isnoneornil(state, 3) ? std::string_view() : text_argument(state, 3);
  gh_answer said{};
  said.status = status;
  said.reason = plugin::c_text(status == 401 ? "not_authenticated" : "denied");
  said.error_page = reason.empty() ? 1 : 0;
  if (!reason.empty()) {
    luaL_checkstack(state, 4, "too many values");
    lua_pushlstring(state, reason.data(), reason.size());
    lua_pushliteral(state, "\n");
    lua_concat(state, 2);
    said.body = plugin::c_text(text_argument(state, -1));
    said.content_type = plugin::c_text("text/plain; charset=utf-8");
  }
  return decide(state, run, said);
}

int redirect(lua_State* state) {
  Run& run = run_of(state, Object::exchange);
  const std::string_view url = text_argument(state, 2);
  const std::uint32_t status = status_argument(state, 3, 300, 302);
  if (status > 399) return luaL_error(state, "a redirect has a status from 300 to 399");
  for (const char c : url) {
    if (c <= ' ' || c == 0x7f)
      return luaL_error(state, "the URL of a redirect is ASCII, without spaces: gate.escape helps");
  }
  const gh_field_line location{plugin::c_text("Location"), plugin::c_text(url)};
  gh_answer said{};
  said.status = status;
  said.headers = &location;
  said.header_count = 1;
  return decide(state, run, said);
}

constexpr int kMostFields = 64;

// Header fields of an answer; their texts are on Lua's stack.
struct AnswerFields {
  gh_field_line lines[kMostFields];
  std::size_t count = 0;
};

// Adds a field with the value on top, which goes beneath all that is above `keep`, so that its text
// stays.
void add_field(lua_State* state, std::string_view name, int keep, AnswerFields& to,
               gh_answer& said) {
  if (to.count == kMostFields) luaL_error(state, "x:respond: too many headers");
  const std::string_view value = named_text(state, -1, name.data());
  if (!ascii::is_token(name) || !http::is_field_value(value))
    luaL_error(state, "x:respond: '%s' is no name, or its value has CR, LF or NUL", name.data());
  if (ascii::equals_ignoring_case(name, "Content-Type"))
    said.content_type = plugin::c_text(value);
  else
    to.lines[to.count++] = {plugin::c_text(name), plugin::c_text(value)};
  lua_insert(state, keep);
}

// The fields of the table at `index`, by name: a value, or a list of them.
void add_fields(lua_State* state, int index, AnswerFields& to, gh_answer& said) {
  if (!lua_istable(state, index))
    luaL_error(state, "x:respond: headers is a table, not %s", luaL_typename(state, index));
  for (lua_pushnil(state); lua_next(state, index) != 0;) {
    if (lua_type(state, -2) != LUA_TSTRING) luaL_error(state, "x:respond: headers have names");
    const std::string_view name = text_argument(state, -2);
    const int several = lua_istable(state, -1) ? static_cast<int>(lua_objlen(state, -1)) : 0;
    if (several == 0) add_field(state, name, index + 1, to, said);
    for (int i = 1; i <= several; ++i) {
      lua_rawgeti(state, -1, i);
      add_field(state, name, index + 1, to, said);
    }
    if (several != 0) lua_pop(state, 1);
  }
}

// x:respond{status =, headers =, body = or json =}
int respond(lua_State* state) {
  Run& run = run_of(state, Object::exchange);
  luaL_checktype(state, 2, LUA_TTABLE);
  lua_settop(state, 2);
  only_keys(state, 2, "x:respond", kRespondKeys);
  luaL_checkstack(state, kMostFields + 20, "too many values");
  gh_answer said{};
  lua_getfield(state, 2, "status");
  said.status = status_argument(state, 3, 200, 200);
  said.reason = plugin::c_text(said.status < 400 ? "served" : "denied");
  lua_getfield(state, 2, "json");
  const bool json = !lua_isnil(state, -1);
  if (json)
    push_json_text(state, lua_gettop(state));
  else
    lua_getfield(state, 2, "body");
  if (!lua_isnil(state, -1)) said.body = plugin::c_text(named_text(state, -1, "x:respond: body"));
  // Last: names are the table's, and a metamethod that is asked for another key may empty it.
  AnswerFields fields;
  lua_getfield(state, 2, "headers");
  if (!lua_isnil(state, -1)) add_fields(state, lua_gettop(state), fields, said);
  said.headers = fields.lines;
  said.header_count = fields.count;
  if (said.content_type.size == 0)
    said.content_type = plugin::c_text(json ? "application/json" : "text/plain; charset=utf-8");
  return decide(state, run, said);
}

// x:forward(group): the policy ends, those behind it run, and the request goes there.
int forward(lua_State* state) {
  Run& run = run_of(state, Object::exchange);
  const std::string_view group = text_argument(state, 2);
  if (run.applies && !run.exchange->forward_to(group))
    return luaL_error(state,
                      "x:forward: there is no target group '%s', or the policy does not name "
                      "`forward` as it stands",
                      group.data());
  run.verdict = exchange::Verdict::pass();
  return Vm::of(state).end(state, Ending::verdict);
}

int target_group(lua_State* state, Run& run) {
  const std::string_view name = run.exchange->target_group();
  if (name.empty()) return 0;
  push(state, name);
  return 1;
}

constexpr Property kProperties[] = {
    part("request", "gatehouse.Request", "what the client sent", Object::request),
    part("upstream", "gatehouse.Upstream", "what the target will get", Object::upstream),
    part("response", "gatehouse.Response", "what the client will get", Object::response),
    {"identity", "gatehouse.Identity?", "who the client is, once a step has found out",
     &get_identity, &set_identity},
    part("rule", "gatehouse.Rule", "the rule that took the request", Object::rule),
    {"target_group", "string?",
     "where it goes; nil: nowhere, or one of several, which is not chosen yet", &target_group},
    part("peer", "gatehouse.Peer", "the other end of the connection", Object::peer),
};
constexpr Function kMethods[] = {
    {"deny", "(status?: integer, reason?: string)", "refuses the request; nothing after it runs",
     &deny, kDeciding},
    {"redirect", "(url: string, status?: integer)",
     "sends the client elsewhere; nothing after it runs", &redirect, kDeciding},
    {"respond", "(answer: gatehouse.Respond)", "answers the client; nothing after it runs",
     &respond, kDeciding},
    {"forward", "(group: string)",
     "sends the request to that target group, once the steps behind have let it pass", &forward,
     bit(Phase::request) | bit(Phase::socket_open)},
};

}  // namespace

const ObjectType kExchangeObject = {Object::exchange, "x", "the exchange", kProperties, kMethods};

}  // namespace gatehouse::policy
