// Parameters of the query, decoded.
#include <utility>

#include "policy/binding/objects.h"

namespace gatehouse::policy {
namespace {

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

// %XX is a byte, + a space in a form, anything else itself.
template <typename Put>
void decode(std::string_view text, bool form, Put put) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    if (escape) {
      put(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      put(form && text[i] == '+' ? ' ' : text[i]);
    }
  }
}

bool is_name(std::string_view encoded, std::string_view name) {
  std::size_t at = 0;
  bool same = true;
  decode(encoded, true, [&](char c) { same = same && at < name.size() && name[at++] == c; });
  return same && at == name.size();
}

// Visits the values of `name` until told to stop.
template <typename Visit>
void each(std::string_view query, std::string_view name, Visit visit) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    if (!pair.empty() && is_name(pair.substr(0, equals), name) &&
        !visit(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1)))
      return;
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

std::string_view clients(Run& run) { return run.exchange->request.query; }
std::string_view targets(Run& run) {
  const std::string_view* own = run.exchange->upstream_query;
  return own != nullptr ? *own : clients(run);
}

template <std::string_view (*Of)(Run&)>
int get(lua_State* state, Run& run, std::string_view name) {
  int count = 0;
  each(Of(run), name, [&](std::string_view value) {
    push_unescaped(state, value, true);
    ++count;
    return false;
  });
  return count;
}

template <Object From, std::string_view (*Of)(Run&)>
int all(lua_State* state) {
  Run& run = run_of(state, From);
  const std::string_view name = text_argument(state, 2);
  lua_newtable(state);
  int count = 0;
  each(Of(run), name, [&](std::string_view value) {
    push_unescaped(state, value, true);
    lua_rawseti(state, -2, ++count);
    return true;
  });
  return 1;
}

// A longer one fits no head.
constexpr std::size_t kLongest = 16384;

void replace(lua_State* state, Run& run, std::string_view query) {
  if (!run.applies) return;
  if (!run.exchange->may_edit(exchange::Side::upstream))
    luaL_error(state, "the head is on its way: x.upstream.query cannot be set any more");
  if (query.size() > kLongest) luaL_error(state, "x.upstream.query is too long");
  Vm::of(state).take_bytes(state, query.size() + sizeof(std::string_view));
  run.exchange->upstream_query =
      run.exchange->arena.make<std::string_view>(run.exchange->arena.copy(query));
}

// In place of all of that name; nil: in place of nothing.
void set(lua_State* state, Run& run, std::string_view name, int index) {
  luaL_checkstack(state, 8, "too many values");
  luaL_Buffer out;
  const bool removes = lua_isnil(state, index);
  if (!removes) static_cast<void>(text_argument(state, index));
  luaL_buffinit(state, &out);
  bool any = false;
  const auto begin = [&] {
    if (std::exchange(any, true)) luaL_addchar(&out, '&');
  };
  for (std::string_view rest = targets(run); !rest.empty();) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (pair.empty() || is_name(pair.substr(0, pair.find('=')), name)) continue;
    begin();
    luaL_addlstring(&out, pair.data(), pair.size());
  }
  if (!removes) {
    begin();
    push_escaped(state, name, '\0');
    luaL_addvalue(&out);
    push_escaped(state, text_argument(state, index), '=');
    luaL_addvalue(&out);
  }
  luaL_pushresult(&out);
  replace(state, run, text_argument(state, -1));
}

constexpr char kAllSignature[] = "(name: string): string[]";
constexpr char kAllDoc[] = "every value of a parameter";
constexpr Function kMethods[] = {{"all", kAllSignature, kAllDoc, &all<Object::query, &clients>}};
constexpr Function kUpstreamMethods[] = {
    {"all", kAllSignature, kAllDoc, &all<Object::upstream_query, &targets>}};

}  // namespace

void push_unescaped(lua_State* state, std::string_view text, bool form) {
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  decode(text, form, [&](char c) { luaL_addchar(&out, c); });
  luaL_pushresult(&out);
}

void set_upstream_query(lua_State* state, Run& run, int index) {
  const std::string_view query = text_argument(state, index);
  for (const char c : query) {
    if (c <= ' ' || c >= 0x7f || c == '#')
      luaL_error(state,
                 "x.upstream.query has neither spaces nor #, and ASCII alone: gate.escape "
                 "helps");
  }
  replace(state, run, query);
}

const ObjectType kQueryObject = {Object::query, "x.request.query", "parameters of the query", {},
                                 kMethods,      &get<&clients>};
const ObjectType kUpstreamQuery = {Object::upstream_query,
                                   "x.upstream.query",
                                   "parameters that the target gets",
                                   {},
                                   kUpstreamMethods,
                                   &get<&targets>,
                                   &set};

}  // namespace gatehouse::policy
