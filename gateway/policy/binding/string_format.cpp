// string.format: as Lua's own, but what it makes is charged before it is made.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

constexpr std::size_t kLongestSpec = 16;   // "%-+ #099.99ll" and the letter
constexpr std::size_t kLongestItem = 512;  // %99.99f of the largest number has 400 digits

// A conversion: "%5.1f".
struct Spec {
  std::array<char, kLongestSpec> text{};
  std::size_t size = 0;
  void add(char c) { text[size++] = c; }
};

// Copies flags, width and precision; `at` is then at the letter.
Spec read_spec(lua_State* state, const char*& at, const char* end) {
  Spec spec;
  spec.add('%');
  const char* const begin = at;
  const auto is_digit = [&] { return at != end && *at >= '0' && *at <= '9'; };
  while (at != end && *at != '\0' && std::strchr("-+ #0", *at) != nullptr) ++at;
  if (at - begin > 5) luaL_error(state, "invalid format (repeated flags)");
  for (int i = 0; i < 2 && is_digit(); ++i) ++at;
  if (at != end && *at == '.') {
    ++at;
    for (int i = 0; i < 2 && is_digit(); ++i) ++at;
  }
  if (is_digit()) luaL_error(state, "invalid format (width or precision too long)");
  for (const char* c = begin; c != at; ++c) spec.add(*c);
  return spec;
}

void add_quoted(lua_State* state, luaL_Buffer& out, int index) {
  luaL_addchar(&out, '"');
  for (const char c : text_argument(state, index)) {
    if (c == '"' || c == '\\' || c == '\n') luaL_addchar(&out, '\\');
    if (c == '\r')
      luaL_addlstring(&out, "\\r", 2);
    else if (c == '\0')
      luaL_addlstring(&out, "\\000", 4);
    else
      luaL_addchar(&out, c);
  }
  luaL_addchar(&out, '"');
}

// What tostring would say of the value at `index`, on the stack.
void push_text(lua_State* state, int index) {
  lua_pushvalue(state, index);
  if (lua_type(state, index) == LUA_TSTRING) return;
  if (lua_type(state, index) == LUA_TNUMBER) {
    lua_tolstring(state, -1, nullptr);
    return;
  }
  lua_getfield(state, LUA_GLOBALSINDEX, "tostring");
  lua_insert(state, -2);
  lua_call(state, 1, 1);
  if (lua_type(state, -1) != LUA_TSTRING) luaL_error(state, "'tostring' must return a string");
}

}  // namespace

int string_format(lua_State* state) {
  const int count = lua_gettop(state);
  const std::string_view format = text_argument(state, 1);
  Vm::of(state).take_steps(state, format.size() / 8 + 1);
  luaL_checkstack(state, count + 8, "too many arguments");
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  int argument = 1;
  for (const char *at = format.data(), *end = at + format.size(); at != end; ++at) {
    if (*at != '%') {
      luaL_addchar(&out, *at);
      continue;
    }
    if (++at == end) luaL_error(state, "invalid format (ends with '%%')");
    if (*at == '%') {
      luaL_addchar(&out, '%');
      continue;
    }
    Spec spec = read_spec(state, at, end);
    if (++argument > count) luaL_argerror(state, argument, "no value");
    std::array<char, kLongestItem> item{};
    int size = 0;
    const char letter = at == end ? '\0' : *at;
    switch (letter) {
      case 'c':
        spec.add('c');
        size = std::snprintf(item.data(), item.size(), spec.text.data(),
                             static_cast<int>(luaL_checknumber(state, argument)));
        break;
      case 'd':
      case 'i':
      case 'o':
      case 'u':
      case 'x':
      case 'X':
        spec.add('l');
        spec.add('l');
        spec.add(letter);
        size = std::snprintf(item.data(), item.size(), spec.text.data(),
                             static_cast<long long>(luaL_checknumber(state, argument)));
        break;
      case 'e':
      case 'E':
      case 'f':
      case 'g':
      case 'G':
        spec.add(letter);
        size = std::snprintf(item.data(), item.size(), spec.text.data(),
                             luaL_checknumber(state, argument));
        break;
      case 'q':
        add_quoted(state, out, argument);
        continue;
      case 's': {
        push_text(state, argument);
        std::size_t length = 0;
        const char* text = lua_tolstring(state, -1, &length);
        const bool bare = spec.size == 1;
        if (bare || (length >= 100 && std::memchr(spec.text.data(), '.', spec.size) == nullptr)) {
          luaL_addvalue(&out);
          continue;
        }
        spec.add('s');
        size = std::snprintf(item.data(), item.size(), spec.text.data(), text);
        lua_pop(state, 1);
        break;
      }
      default:
        luaL_error(state, "invalid option in format");
    }
    luaL_addlstring(&out, item.data(), std::min(static_cast<std::size_t>(size), item.size() - 1));
  }
  luaL_pushresult(&out);
  return 1;
}

}  // namespace gatehouse::policy
