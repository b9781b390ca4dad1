// JSON (RFC 8259), strictly; depth and size are bounded by the run's budget and kMostDepth.
#include "policy/binding/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "crypto/jose/utf8.h"
#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

constexpr int kMostDepth = 32;
const char kListKey = 0;  // where the registry has the metatable of lists

// Marks the table at the top as a list, which it is when it is empty too.
void mark_list(lua_State* state) {
  lua_pushlightuserdata(state, const_cast<char*>(&kListKey));
  lua_rawget(state, LUA_REGISTRYINDEX);
  if (lua_isnil(state, -1)) {
    lua_pop(state, 1);
    lua_createtable(state, 0, 1);
    lua_pushboolean(state, 0);
    lua_setfield(state, -2, "__metatable");
    lua_pushlightuserdata(state, const_cast<char*>(&kListKey));
    lua_pushvalue(state, -2);
    lua_rawset(state, LUA_REGISTRYINDEX);
  }
  lua_setmetatable(state, -2);
}

bool is_marked_list(lua_State* state, int index) {
  if (lua_getmetatable(state, index) == 0) return false;
  lua_pushlightuserdata(state, const_cast<char*>(&kListKey));
  lua_rawget(state, LUA_REGISTRYINDEX);
  const bool same = lua_rawequal(state, -1, -2) != 0;
  lua_pop(state, 2);
  return same;
}

class Decoder {
 public:
  Decoder(lua_State* state, std::string_view text)
      : state_(state), at_(text.data()), end_(text.data() + text.size()) {}

  // Null, or what is wrong; then anything may be on the stack.
  const char* run() {
    if (const char* why = value(0)) return why;
    space();
    return at_ == end_ ? nullptr : "something stands behind the value";
  }

 private:
  void space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
  }
  bool take(char c) {
    space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (static_cast<std::size_t>(end_ - at_) < word.size() ||
        std::string_view(at_, word.size()) != word)
      return false;
    at_ += word.size();
    return true;
  }

  const char* value(int depth) {
    if (depth > kMostDepth) return "too deep";
    Vm::of(state_).take_steps(state_, 8);
    luaL_checkstack(state_, 4, "too deep");
    space();
    if (at_ == end_) return "it ends too soon";
    switch (*at_) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        lua_pushboolean(state_, 1);
        return take("true") ? nullptr : "no value";
      case 'f':
        lua_pushboolean(state_, 0);
        return take("false") ? nullptr : "no value";
      case 'n':
        push_json_null(state_);
        return take("null") ? nullptr : "no value";
      default:
        return number();
    }
  }

  const char* object(int depth) {
    ++at_;
    lua_newtable(state_);
    if (take('}')) return nullptr;
    do {
      space();
      if (at_ == end_ || *at_ != '"') return "a name is missing";
      if (const char* why = string()) return why;
      lua_pushvalue(state_, -1);
      lua_rawget(state_, -3);
      if (!lua_isnil(state_, -1)) return "a name stands twice";
      lua_pop(state_, 1);
      if (!take(':')) return "a : is missing";
      if (const char* why = value(depth + 1)) return why;
      lua_rawset(state_, -3);
    } while (take(','));
    return take('}') ? nullptr : "a } is missing";
  }

  const char* array(int depth) {
    ++at_;
    lua_newtable(state_);
    mark_list(state_);
    if (take(']')) return nullptr;
    int count = 0;
    do {
      if (const char* why = value(depth + 1)) return why;
      lua_rawseti(state_, -2, ++count);
    } while (take(','));
    return take(']') ? nullptr : "a ] is missing";
  }

  const char* number() {
    const char* const begin = at_;
    const auto digits = [&] {
      const char* const first = at_;
      while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
      return at_ != first;
    };
    if (at_ != end_ && *at_ == '-') ++at_;
    const bool zero = at_ != end_ && *at_ == '0';
    const char* const first = at_;
    if (!digits()) return "no value";
    if (zero && at_ - first > 1) return "a number begins with 0";
    if (at_ != end_ && *at_ == '.') {
      ++at_;
      if (!digits()) return "no number";
    }
    if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
      ++at_;
      if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
      if (!digits()) return "no number";
    }
    char text[64];
    const auto size = static_cast<std::size_t>(at_ - begin);
    if (size >= sizeof text) return "a number has too many digits";
    text[std::string_view(begin, size).copy(text, size)] = '\0';
    const double number = std::strtod(text, nullptr);
    if (!std::isfinite(number)) return "a number is too large";
    lua_pushnumber(state_, number);
    return nullptr;
  }

  // Four hexadecimal digits; -1: there are none.
  long unit() {
    if (end_ - at_ < 4) return -1;
    long out = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char low = static_cast<char>(*at_ | 0x20);
      if (*at_ >= '0' && *at_ <= '9')
        out = out * 16 + *at_ - '0';
      else if (low >= 'a' && low <= 'f')
        out = out * 16 + low - 'a' + 10;
      else
        return -1;
    }
    return out;
  }

  const char* escape(luaL_Buffer& out) {
    if (at_ == end_) return "it ends too soon";
    const char c = *at_++;
    constexpr std::string_view kEscapes = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (const auto which = kEscapes.find(c); which != std::string_view::npos) {
      luaL_addchar(&out, kMeant[which]);
      return nullptr;
    }
    if (c != 'u') return "a \\ stands before what it cannot";
    long code = unit();
    if (code >= 0xd800 && code < 0xdc00) {
      if (!take("\\u")) return "half a character";
      const long low = unit();
      if (low < 0xdc00 || low > 0xdfff) return "half a character";
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code < 0 || (code >= 0xdc00 && code < 0xe000)) return "half a character";
    char bytes[4];
    const char* end = crypto::jose::append_utf8(static_cast<std::uint32_t>(code), bytes);
    luaL_addlstring(&out, bytes, static_cast<std::size_t>(end - bytes));
    return nullptr;
  }

  const char* string() {
    const char* const begin = ++at_;
    luaL_Buffer out;
    luaL_buffinit(state_, &out);
    while (at_ != end_ && *at_ != '"') {
      if (*at_ == '\\') {
        ++at_;
        if (const char* why = escape(out)) return why;
        continue;
      }
      if (static_cast<unsigned char>(*at_) < 0x20) return "a control character in a text";
      const auto length = crypto::jose::utf8_length({at_, static_cast<std::size_t>(end_ - at_)});
      if (length == 0) return "not UTF-8";
      luaL_addlstring(&out, at_, length);
      at_ += length;
    }
    if (at_ == end_) return "it ends too soon";
    Vm::of(state_).take_steps(state_, static_cast<std::uint64_t>(at_ - begin));
    ++at_;
    luaL_pushresult(&out);
    return nullptr;
  }

  lua_State* state_;
  const char* at_;
  const char* end_;
};

// Writes the values of the stack into a buffer that lies on it too: parts are pushed and added.
class Encoder {
 public:
  explicit Encoder(lua_State* state) : state_(state) {
    lua_newtable(state);  // the pieces, in order
    pieces_ = lua_gettop(state);
  }
  void add(std::string_view text) {
    push(state_, text);
    lua_rawseti(state_, pieces_, ++count_);
  }
  void value(int index, int depth);
  [[nodiscard]] int pieces() const { return pieces_; }

 private:
  void string(std::string_view text);
  void table(int index, int depth);

  lua_State* state_;
  int pieces_ = 0;
  int count_ = 0;
};

// What is no UTF-8 becomes U+FFFD: a header that a client has sent must not make a policy fail.
void Encoder::string(std::string_view text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";
  Vm::of(state_).take_steps(state_, text.size());
  luaL_Buffer out;
  luaL_buffinit(state_, &out);
  luaL_addchar(&out, '"');
  while (!text.empty()) {
    const char c = text.front();
    const auto u = static_cast<unsigned char>(c);
    const std::size_t length = u < 0x80 ? 1 : crypto::jose::utf8_length(text);
    if (c == '"' || c == '\\') {
      luaL_addchar(&out, '\\');
      luaL_addchar(&out, c);
    } else if (u < 0x20 || u == 0x7f) {
      char escape[8];
      luaL_addlstring(&out, escape,
                      static_cast<std::size_t>(std::snprintf(escape, sizeof escape, "\\u%04x", u)));
    } else if (length == 0) {
      luaL_addlstring(&out, kReplacement.data(), kReplacement.size());
    } else {
      luaL_addlstring(&out, text.data(), length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  luaL_addchar(&out, '"');
  luaL_pushresult(&out);
  lua_rawseti(state_, pieces_, ++count_);
}

void Encoder::value(int index, int depth) {
  if (depth > kMostDepth) luaL_error(state_, "gate.json.encode: too deep, or a table in itself");
  Vm::of(state_).take_steps(state_, 8);
  luaL_checkstack(state_, 8, "too deep");
  switch (lua_type(state_, index)) {
    case LUA_TSTRING:
      return string(text_argument(state_, index));
    case LUA_TBOOLEAN:
      return add(lua_toboolean(state_, index) != 0 ? "true" : "false");
    case LUA_TNUMBER: {
      const lua_Number number = lua_tonumber(state_, index);
      if (!std::isfinite(number)) luaL_error(state_, "gate.json.encode: no finite number");
      // The shortest that is read as the same number: 0.1, not 0.10000000000000001.
      char text[40];
      const bool whole = number == std::floor(number) && std::abs(number) < 1e17;
      const auto end = whole
                           ? std::to_chars(text, std::end(text), static_cast<std::int64_t>(number))
                           : std::to_chars(text, std::end(text), number);
      return add({text, static_cast<std::size_t>(end.ptr - text)});
    }
    case LUA_TTABLE:
      return table(index, depth);
    default:
      if (is_json_null(state_, index)) return add("null");
      luaL_error(state_, "gate.json.encode: a %s has no JSON", luaL_typename(state_, index));
  }
}

// A list if it has a first item or was read as one, else an object.
void Encoder::table(int index, int depth) {
  const int size = static_cast<int>(lua_objlen(state_, index));
  if (size > 0) {
    int count = 0;
    for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1)) ++count;
    Vm::of(state_).take_steps(state_, static_cast<std::uint64_t>(count));
    if (count != size)
      luaL_error(state_, "gate.json.encode: a list that has holes, or names too, has no JSON");
    for (int i = 1; i <= size; ++i) {
      add(i == 1 ? "[" : ",");
      lua_rawgeti(state_, index, i);
      value(lua_gettop(state_), depth + 1);
      lua_pop(state_, 1);
    }
    return add("]");
  }
  bool first = true;
  for (lua_pushnil(state_); lua_next(state_, index) != 0; lua_pop(state_, 1)) {
    if (lua_type(state_, -2) != LUA_TSTRING)
      luaL_error(state_, "gate.json.encode: a key of an object is a text");
    add(std::exchange(first, false) ? "{" : ",");
    string(text_argument(state_, -2));
    add(":");
    value(lua_gettop(state_), depth + 1);
  }
  add(!first ? "}" : is_marked_list(state_, index) ? "[]" : "{}");
}

int decode(lua_State* state) { return push_json(state, text_argument(state, 1)); }

// gate.json.list(table): the same table, a list even when it is empty.
int list(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  lua_settop(state, 1);
  if (lua_getmetatable(state, 1) != 0 && !is_marked_list(state, 1))
    return luaL_error(state, "gate.json.list: the table has a metatable");
  lua_settop(state, 1);
  mark_list(state);
  return 1;
}

int encode(lua_State* state) {
  luaL_checkany(state, 1);
  lua_settop(state, 1);
  push_json_text(state, 1);
  return 1;
}

constexpr Function kFunctions[] = {
    {"decode", "(text: string): any, string?", "nil and a reason: it is none", &decode, kAnywhere},
    {"encode", "(value: any): string", "a table with a first item is a list", &encode, kAnywhere},
    {"list", "(items: any[]): any[]", "the same table, which is [] when it is empty", &list,
     kAnywhere}};

}  // namespace

int push_json(lua_State* state, std::string_view text) {
  const int top = lua_gettop(state);
  if (const char* why = Decoder(state, text).run()) {
    lua_settop(state, top);
    lua_pushnil(state);
    lua_pushstring(state, why);
    return 2;
  }
  return 1;
}

void push_json_text(lua_State* state, int index) {
  Encoder encoder(state);
  encoder.value(index, 0);
  luaL_Buffer out;
  const int size = static_cast<int>(lua_objlen(state, encoder.pieces()));
  luaL_buffinit(state, &out);
  for (int i = 1; i <= size; ++i) {
    lua_rawgeti(state, encoder.pieces(), i);
    luaL_addvalue(&out);
  }
  luaL_pushresult(&out);
  lua_remove(state, encoder.pieces());
}

const Namespace kJson = {"gate.json", "RFC 8259", kFunctions};

}  // namespace gatehouse::policy
