// The functions of `string` that can run long, counted.
#include <cstring>

#include "policy/binding/namespaces.h"
#include "policy/pattern.h"

namespace gatehouse::policy {
namespace {

// What a pattern's steps are counted for.
struct Counted {
  lua_State* state;
};

bool count(void* user, std::uint64_t steps) {
  lua_State* state = static_cast<Counted*>(user)->state;
  Vm::of(state).take_steps(state, steps);  // raises; nothing here needs to be destroyed
  return true;
}

// A subject, a pattern and where the search is.
struct Search {
  Search(lua_State* state, std::string_view whole, std::string_view text)
      : counted{state},
        subject(whole),
        anchored(text.starts_with('^')),
        start(text.data() + (anchored ? 1 : 0)),
        pattern(whole, text, &count, &counted) {}

  // The end of the first match at or behind `at`, which moves to its beginning; null: none.
  const char* find(const char*& at) {
    const char* const end = subject.data() + subject.size();
    for (;; ++at) {
      const char* out = pattern.match(at, start);
      if (*pattern.fault() != '\0') luaL_error(counted.state, "%s", pattern.fault());
      if (out != nullptr || anchored || at == end) return out;
    }
  }
  // Pushes a capture; of none the whole match.
  void push_capture(int i, const char* from, const char* to) {
    if (i >= pattern.captures()) {
      if (i != 0) luaL_error(counted.state, "invalid capture index");
      return push(counted.state, {from, static_cast<std::size_t>(to - from)});
    }
    const auto& capture = pattern.capture(i);
    if (capture.size == Pattern::kPosition)
      lua_pushinteger(counted.state, capture.start - subject.data() + 1);
    else
      push(counted.state, {capture.start, static_cast<std::size_t>(capture.size)});
  }
  int push_captures(const char* from, const char* to, bool whole) {
    const int most = pattern.captures() == 0 && whole ? 1 : pattern.captures();
    luaL_checkstack(counted.state, most, "too many captures");
    for (int i = 0; i < most; ++i) push_capture(i, from, to);
    return most;
  }

  Counted counted;
  std::string_view subject;
  bool anchored;
  const char* start;
  Pattern pattern;
};

int find_plain(lua_State* state, std::string_view subject, std::string_view text,
               std::size_t from) {
  Vm::of(state).take_steps(state, subject.size() / 32);
  const void* found =
      memmem(subject.data() + from, subject.size() - from, text.data(), text.size());
  if (found == nullptr) {
    lua_pushnil(state);
    return 1;
  }
  const auto at = static_cast<const char*>(found) - subject.data();
  lua_pushinteger(state, at + 1);
  lua_pushinteger(state, at + static_cast<std::ptrdiff_t>(text.size()));
  return 2;
}

int search(lua_State* state, bool positions) {
  const std::string_view subject = text_argument(state, 1);
  const std::string_view text = text_argument(state, 2);
  lua_Integer from = luaL_optinteger(state, 3, 1);
  const auto size = static_cast<lua_Integer>(subject.size());
  if (from < 0) from = std::max<lua_Integer>(from + size + 1, 1);
  if (from == 0) from = 1;
  if (from > size + 1) from = size + 1;
  const auto first = static_cast<std::size_t>(from - 1);
  if (positions && (lua_toboolean(state, 4) != 0 || is_plain(text)))
    return find_plain(state, subject, text, first);
  Search search(state, subject, text);
  const char* at = subject.data() + first;
  const char* end = search.find(at);
  if (end == nullptr) {
    lua_pushnil(state);
    return 1;
  }
  if (!positions) return search.push_captures(at, end, true);
  lua_pushinteger(state, at - subject.data() + 1);
  lua_pushinteger(state, end - subject.data());
  return 2 + search.push_captures(at, end, false);
}

int find(lua_State* state) { return search(state, true); }
int match(lua_State* state) { return search(state, false); }

// Upvalues: subject, pattern, where the next search begins.
int next_match(lua_State* state) {
  const std::string_view subject = text_argument(state, lua_upvalueindex(1));
  const std::string_view text = text_argument(state, lua_upvalueindex(2));
  const auto from = static_cast<std::size_t>(lua_tointeger(state, lua_upvalueindex(3)));
  if (from > subject.size()) return 0;
  Search search(state, subject, text);
  // A '^' has no meaning here: it would stop the iteration at once.
  search.anchored = false;
  search.start = text.data();
  const char* at = subject.data() + from;
  const char* end = search.find(at);
  if (end == nullptr) return 0;
  lua_pushinteger(state, end - subject.data() + (end == at ? 1 : 0));
  lua_replace(state, lua_upvalueindex(3));
  return search.push_captures(at, end, true);
}

int gmatch(lua_State* state) {
  luaL_checkstring(state, 1);
  luaL_checkstring(state, 2);
  lua_settop(state, 2);
  lua_pushinteger(state, 0);
  lua_pushcclosure(state, &next_match, 3);
  return 1;
}

void add_text(lua_State* state, luaL_Buffer& out, Search& search, const char* from,
              const char* to) {
  const std::string_view text = text_argument(state, 3);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 1 != text.size();
    if (escape) ++i;
    if (escape && text[i] == '0') {
      luaL_addlstring(&out, from, static_cast<std::size_t>(to - from));
    } else if (escape && text[i] >= '1' && text[i] <= '9') {
      search.push_capture(text[i] - '1', from, to);
      lua_tolstring(state, -1, nullptr);  // a position is a number
      luaL_addvalue(&out);
    } else {
      luaL_addchar(&out, text[i]);
    }
  }
}

// Adds what stands for a match; the subject's own text where the replacement says nil or false.
void add_replacement(lua_State* state, luaL_Buffer& out, Search& search, const char* from,
                     const char* to) {
  switch (lua_type(state, 3)) {
    case LUA_TFUNCTION:
      lua_pushvalue(state, 3);
      lua_call(state, search.push_captures(from, to, true), 1);
      break;
    case LUA_TTABLE:
      search.push_capture(0, from, to);
      lua_gettable(state, 3);
      break;
    default:
      return add_text(state, out, search, from, to);
  }
  if (lua_toboolean(state, -1) == 0) {
    lua_pop(state, 1);
    push(state, {from, static_cast<std::size_t>(to - from)});
  } else if (lua_isstring(state, -1) == 0) {
    luaL_error(state, "invalid replacement value (a %s)", luaL_typename(state, -1));
  }
  luaL_addvalue(&out);
}

int gsub(lua_State* state) {
  const std::string_view subject = text_argument(state, 1);
  const std::string_view text = text_argument(state, 2);
  const int kind = lua_type(state, 3);
  luaL_argcheck(
      state,
      kind == LUA_TNUMBER || kind == LUA_TSTRING || kind == LUA_TTABLE || kind == LUA_TFUNCTION, 3,
      "string/function/table expected");
  const lua_Integer most = luaL_optinteger(state, 4, static_cast<lua_Integer>(subject.size()) + 1);
  Search search(state, subject, text);
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  const char* const end = subject.data() + subject.size();
  const char* at = subject.data();
  lua_Integer count = 0;
  while (count < most) {
    const char* from = at;
    const char* to = search.find(from);
    if (to == nullptr) break;
    luaL_addlstring(&out, at, static_cast<std::size_t>(from - at));
    ++count;
    add_replacement(state, out, search, from, to);
    at = to;
    if (to == from) {
      if (at == end) break;
      luaL_addchar(&out, *at++);
    }
    if (search.anchored) break;
  }
  if (at < end) luaL_addlstring(&out, at, static_cast<std::size_t>(end - at));
  luaL_pushresult(&out);
  lua_pushinteger(state, count);
  return 2;
}

int rep(lua_State* state) {
  const std::string_view text = text_argument(state, 1);
  const lua_Number times = luaL_checknumber(state, 2);
  const std::string_view between =
      lua_isnoneornil(state, 3) ? std::string_view() : text_argument(state, 3);
  if (!(times >= 1) || text.size() + between.size() == 0) {
    lua_pushliteral(state, "");
    return 1;
  }
  const lua_Number size = times * static_cast<lua_Number>(text.size() + between.size());
  if (size > 1e12) luaL_error(state, "resulting string too large");
  Vm& vm = Vm::of(state);
  vm.need_bytes(state, static_cast<std::uint64_t>(size));
  vm.take_steps(state, static_cast<std::uint64_t>(size) / 32 + static_cast<std::uint64_t>(times));
  luaL_Buffer out;
  luaL_buffinit(state, &out);
  // A short text is put together a thousand bytes at a time: a call for each of them costs 10 ns.
  char together[1024];
  const std::size_t unit = text.size() + between.size();
  const std::size_t each = std::max<std::size_t>(sizeof together / unit, 1);
  auto left = static_cast<std::uint64_t>(times) - 1;  // with what stands between
  if (each > 1) {
    for (std::size_t i = 0; i < each; ++i) {
      text.copy(together + i * unit, text.size());
      between.copy(together + i * unit + text.size(), between.size());
    }
    for (; left >= each; left -= each) luaL_addlstring(&out, together, each * unit);
  }
  for (; left > 0; --left) {
    luaL_addlstring(&out, text.data(), text.size());
    luaL_addlstring(&out, between.data(), between.size());
  }
  luaL_addlstring(&out, text.data(), text.size());
  luaL_pushresult(&out);
  return 1;
}

constexpr Function kFunctions[] = {
    {"find", "(s: string, pattern: string, init?: integer, plain?: boolean): integer?, integer?",
     "where a pattern is first found", &find, kAnywhere},
    {"match", "(s: string, pattern: string, init?: integer): string?",
     "the captures of the first match", &match, kAnywhere},
    {"gmatch", "(s: string, pattern: string): fun(): string?", "the captures of each match",
     &gmatch, kAnywhere},
    {"gsub", "(s: string, pattern: string, replacement: any, most?: integer): string, integer",
     "matches replaced", &gsub, kAnywhere},
    {"rep", "(s: string, n: integer, between?: string): string", "a text n times", &rep, kAnywhere},
    {"format", "(format: string, ...: any): string", "as C's printf", &string_format, kAnywhere},
};

}  // namespace

const Namespace kString = {"string", "texts", kFunctions};

}  // namespace gatehouse::policy
