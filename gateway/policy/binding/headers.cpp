// Header fields: names ignore case, indexing gives the first value, `all` every one.
#include "plugin/host.h"
#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

using exchange::Edits;

int push_all(lua_State* state, const Edits& edits, std::string_view name) {
  lua_newtable(state);
  int count = 0;
  const auto put = [&](const auto& field) {
    if (field.dropped() || !ascii::equals_ignoring_case(field.name(), name)) return;
    push(state, field.value());
    lua_rawseti(state, -2, ++count);
  };
  for (const auto& field : edits.fields()) put(field);
  for (const auto& field : edits.extra()) put(field);
  return 1;
}

int push_first(lua_State* state, const std::optional<std::string_view>& value) {
  if (!value) return 0;
  push(state, *value);
  return 1;
}

bool may_edit(const Run& run, gh_side side) {
  return run.exchange->may_edit(side == GH_UPSTREAM ? exchange::Side::upstream
                                                    : exchange::Side::response);
}

enum class Place : std::uint8_t { instead, beside };

// In shadow nothing is set, and what could not be raises all the same.
bool set(Run& run, gh_side side, std::string_view name, std::string_view value, Place place) {
  if (!run.applies) return may_edit(run, side) && plugin::is_settable(name, value);
  const auto put = place == Place::instead ? plugin::host().set_header : plugin::host().add_header;
  return put(plugin::c_exchange(*run.exchange), side, plugin::c_text(name),
             plugin::c_text(value)) != 0;
}
bool remove(Run& run, gh_side side, std::string_view name) {
  if (!run.applies) return may_edit(run, side) && plugin::is_removable(name);
  return plugin::host().remove_header(plugin::c_exchange(*run.exchange), side,
                                      plugin::c_text(name)) != 0;
}

void assign(lua_State* state, Run& run, gh_side side, std::string_view name, int index) {
  if (lua_isnil(state, index)) {
    if (!remove(run, side, name))
      luaL_error(state,
                 "'%s' cannot be removed: no request goes without it, or the head is on its way",
                 name.data());
    return;
  }
  const int several = lua_istable(state, index) ? static_cast<int>(lua_objlen(state, index)) : 0;
  bool good = true;
  if (several == 0)
    good = set(run, side, name, named_text(state, index, name.data()), Place::instead);
  for (int i = 1; i <= several && good; ++i) {
    lua_rawgeti(state, index, i);
    const std::string_view value = named_text(state, lua_gettop(state), name.data());
    good = set(run, side, name, value, i == 1 ? Place::instead : Place::beside);
    lua_pop(state, 1);
  }
  if (!good)
    luaL_error(state,
               "'%s' cannot be set: no name of a field, a value with CR, LF or NUL, a Host "
               "that is none, a field that the gateway writes itself, too many of them, or the "
               "head is on its way",
               name.data());
}

int request_get(lua_State* state, Run& run, std::string_view name) {
  const http::Field* field = run.exchange->request.find(name);
  if (field == nullptr) return 0;
  push(state, field->value());
  return 1;
}

int request_all(lua_State* state) {
  Run& run = run_of(state, Object::request_headers);
  const std::string_view name = text_argument(state, 2);
  lua_newtable(state);
  int count = 0;
  for (const auto& field : run.exchange->request.fields()) {
    if (!ascii::equals_ignoring_case(field.name(), name)) continue;
    push(state, field.value());
    lua_rawseti(state, -2, ++count);
  }
  return 1;
}

int upstream_get(lua_State* state, Run& run, std::string_view name) {
  return push_first(state, run.exchange->upstream.get(name));
}
void upstream_set(lua_State* state, Run& run, std::string_view name, int index) {
  assign(state, run, GH_UPSTREAM, name, index);
}
int upstream_all(lua_State* state) {
  Run& run = run_of(state, Object::upstream_headers);
  return push_all(state, run.exchange->upstream, text_argument(state, 2));
}

int response_get(lua_State* state, Run& run, std::string_view name) {
  return push_first(state, run.exchange->response.get(name));
}
void response_set(lua_State* state, Run& run, std::string_view name, int index) {
  assign(state, run, GH_RESPONSE_HEAD, name, index);
}
int response_all(lua_State* state) {
  Run& run = run_of(state, Object::response_headers);
  return push_all(state, run.exchange->response, text_argument(state, 2));
}

constexpr char kAllSignature[] = "(name: string): string[]";
constexpr char kTaken[] = "string?|number|string[]";
constexpr char kAllDoc[] = "every value of a field, in their order";
constexpr Function kRequestMethods[] = {{"all", kAllSignature, kAllDoc, &request_all}};
constexpr Function kUpstreamMethods[] = {{"all", kAllSignature, kAllDoc, &upstream_all}};
constexpr Function kResponseMethods[] = {{"all", kAllSignature, kAllDoc, &response_all}};

}  // namespace

const ObjectType kRequestHeaders = {
    Object::request_headers, "x.request.headers", "fields of the client's request", {},
    kRequestMethods,         &request_get};
const ObjectType kUpstreamHeaders = {Object::upstream_headers,
                                     "x.upstream.headers",
                                     "fields that the target gets",
                                     {},
                                     kUpstreamMethods,
                                     &upstream_get,
                                     &upstream_set,
                                     kExchange,
                                     kTaken};
const ObjectType kResponseHeaders = {Object::response_headers,
                                     "x.response.headers",
                                     "fields that the client gets",
                                     {},
                                     kResponseMethods,
                                     &response_get,
                                     &response_set,
                                     kAnswered,
                                     kTaken};

}  // namespace gatehouse::policy
