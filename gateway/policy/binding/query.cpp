// Parameters of the query, decoded.
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

int get(lua_State* state, Run& run, std::string_view name) {
  int count = 0;
  each(run.exchange->request.query, name, [&](std::string_view value) {
    push_unescaped(state, value, true);
    ++count;
    return false;
  });
  return count;
}

int all(lua_State* state) {
  Run& run = run_of(state, Object::query);
  const std::string_view name = text_argument(state, 2);
  lua_newtable(state);
  int count = 0;
  each(run.exchange->request.query, name, [&](std::string_view value) {
    push_unescaped(state, value, true);
    lua_rawseti(state, -2, ++count);
    return true;
  });
  return 1;
}

constexpr Function kMethods[] = {
    {"all", "(name: string): string[]", "every value of a parameter", &all}};

}  // namespace

void push_unescaped(lua_State* state, std::string_view text, bool form) {
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  decode(text, form, [&](char c) { luaL_addchar(&out, c); });
  luaL_pushresult(&out);
}

const ObjectType kQueryObject = {
    Object::query, "x.request.query", "parameters of the query", {}, kMethods, &get};

}  // namespace gatehouse::policy
