#include "policy/store_script.h"

#include <cstdlib>
#include <lua.hpp>
#include <memory>
#include <string_view>

#include "crypto/message_digest.h"

namespace gatehouse::policy {
namespace {

constexpr int kMostInstructions = 100'000'000;
constexpr int kMostDepth = 16;  // of lists in lists

// What a script finds: globals that are read and not there are a mistake, as in the store.
constexpr char kPrelude[] = R"(
local call = ...
redis = {}
function redis.pcall(...) return call(...) end
function redis.call(...)
  local reply = call(...)
  if type(reply) == "table" and reply.err then error(reply.err, 0) end
  return reply
end
function redis.error_reply(text) return { err = text } end
function redis.status_reply(text) return { ok = text } end
function redis.log() end
redis.LOG_DEBUG, redis.LOG_VERBOSE, redis.LOG_NOTICE, redis.LOG_WARNING = 0, 1, 2, 3
redis.sha1hex, sha1hex = sha1hex, nil
for _, name in ipairs { "dofile", "loadfile", "load", "loadstring", "print", "collectgarbage", "getfenv", "setfenv",
                        "module", "require", "newproxy", "gcinfo" } do
  _G[name] = nil
end
setmetatable(_G, {
  __newindex = function(_, name) error("a script makes no global variables: " .. tostring(name), 2) end,
  __index = function(_, name) error("there is no global variable " .. tostring(name), 2) end,
})
)";

void push(lua_State* state, std::string_view text) {
  lua_pushlstring(state, text.data(), text.size());
}

// Pushes the reply at the front of `bytes`, which loses it.
void push_reply(lua_State* state, std::string_view& bytes) {
  luaL_checkstack(state, 4, "too deep");
  const auto end = bytes.find("\r\n");
  const char kind = bytes.empty() ? '\0' : bytes.front();
  const std::string line(bytes.substr(1, end - 1));
  bytes.remove_prefix(end + 2);
  const long number = std::strtol(line.c_str(), nullptr, 10);
  if (kind == ':')
    return lua_pushnumber(state, static_cast<double>(std::strtoll(line.c_str(), nullptr, 10)));
  if (kind == '+' || kind == '-') {
    lua_createtable(state, 0, 1);
    push(state, line);
    return lua_setfield(state, -2, kind == '+' ? "ok" : "err");
  }
  if (number < 0) return lua_pushboolean(state, 0);
  if (kind == '$') {
    push(state, bytes.substr(0, static_cast<std::size_t>(number)));
    return bytes.remove_prefix(static_cast<std::size_t>(number) + 2);
  }
  lua_createtable(state, static_cast<int>(number), 0);
  for (int i = 1; i <= number; ++i) {
    push_reply(state, bytes);
    lua_rawseti(state, -2, i);
  }
}

std::string field(lua_State* state, int index, const char* name) {
  lua_pushstring(state, name);
  lua_rawget(state, index);
  std::size_t size = 0;
  const char* text = lua_type(state, -1) == LUA_TSTRING ? lua_tolstring(state, -1, &size) : nullptr;
  std::string out = text == nullptr ? std::string() : std::string(text, size);
  lua_pop(state, 1);
  return out;
}

// The value at the top as a reply; it stays there.
std::string reply_of(lua_State* state, int depth) {
  const int index = lua_gettop(state);
  std::size_t size = 0;
  switch (lua_type(state, index)) {
    case LUA_TNUMBER:
      return ':' + std::to_string(static_cast<long long>(lua_tonumber(state, index))) + "\r\n";
    case LUA_TSTRING: {
      const char* text = lua_tolstring(state, index, &size);
      return '$' + std::to_string(size) + "\r\n" + std::string(text, size) + "\r\n";
    }
    case LUA_TBOOLEAN:
      return lua_toboolean(state, index) != 0 ? ":1\r\n" : "$-1\r\n";
    case LUA_TTABLE:
      break;
    default:
      return "$-1\r\n";
  }
  if (const std::string error = field(state, index, "err"); !error.empty())
    return '-' + error + "\r\n";
  if (const std::string status = field(state, index, "ok"); !status.empty())
    return '+' + status + "\r\n";
  std::string items;
  int count = 0;
  for (lua_rawgeti(state, index, 1);
       !lua_isnil(state, -1) && depth < kMostDepth && lua_checkstack(state, 4) != 0;
       lua_rawgeti(state, index, ++count + 1)) {
    items += reply_of(state, depth + 1);
    lua_pop(state, 1);
  }
  lua_pop(state, 1);
  return '*' + std::to_string(count) + "\r\n" + items;
}

// Pushes what the store replies to the words on the stack.
int call_store(lua_State* state) {
  std::vector<std::string> words;
  for (int i = 1; i <= lua_gettop(state); ++i) {
    std::size_t size = 0;
    const char* text = lua_isstring(state, i) != 0 ? lua_tolstring(state, i, &size) : nullptr;
    if (text == nullptr) {
      words.clear();
      break;
    }
    words.emplace_back(text, size);
  }
  const auto& call = *static_cast<const StoreCall*>(lua_touserdata(state, lua_upvalueindex(1)));
  const std::string reply =
      words.empty() ? "-ERR words of a command are texts or numbers\r\n" : call(words);
  std::string_view rest = reply;
  push_reply(state, rest);
  return 1;
}

int sha1hex(lua_State* state) {
  std::size_t size = 0;
  const char* text = luaL_checklstring(state, 1, &size);
  const auto digest = crypto::digest(crypto::Hash::sha1, {text, size});
  std::string out;
  for (const char c : digest.value_or("")) {
    const auto byte = static_cast<unsigned char>(c);
    out += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
  }
  push(state, out);
  return 1;
}

void stop(lua_State* state, lua_Debug*) { luaL_error(state, "the script does not end"); }

void open(lua_State* state, lua_CFunction library, const char* name) {
  lua_pushcfunction(state, library);
  lua_pushstring(state, name);
  lua_call(state, 1, 0);
}

void set_list(lua_State* state, const char* name, const std::vector<std::string>& items) {
  lua_createtable(state, static_cast<int>(items.size()), 0);
  for (std::size_t i = 0; i < items.size(); ++i) {
    push(state, items[i]);
    lua_rawseti(state, -2, static_cast<int>(i) + 1);
  }
  lua_setglobal(state, name);
}

// The error at the top, in one line.
std::string error_of(lua_State* state) {
  std::string text;
  if (lua_istable(state, -1)) {
    text = field(state, lua_gettop(state), "err");
  } else if (lua_isstring(state, -1) != 0) {
    text = lua_tostring(state, -1);
  }
  for (char& c : text) {
    if (c == '\r' || c == '\n') c = ' ';
  }
  const bool has_code = !text.empty() && text.find(' ') != std::string::npos &&
                        text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == text.find(' ');
  return '-' + (has_code ? text : "ERR " + text) + "\r\n";
}

struct Close {
  void operator()(lua_State* state) const { lua_close(state); }
};

}  // namespace

std::string run_store_script(const std::string& script, const std::vector<std::string>& keys,
                             const std::vector<std::string>& arguments, const StoreCall& call) {
  const std::unique_ptr<lua_State, Close> owner(luaL_newstate());
  lua_State* state = owner.get();
  if (state == nullptr) return "-ERR no memory for the script\r\n";
  luaJIT_setmode(state, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);  // or the hook does not come
  open(state, &luaopen_base, "");
  open(state, &luaopen_string, LUA_STRLIBNAME);
  open(state, &luaopen_table, LUA_TABLIBNAME);
  open(state, &luaopen_math, LUA_MATHLIBNAME);
  open(state, &luaopen_bit, LUA_BITLIBNAME);
  set_list(state, "KEYS", keys);
  set_list(state, "ARGV", arguments);
  lua_pushcfunction(state, &sha1hex);
  lua_setglobal(state, "sha1hex");
  static_cast<void>(luaL_loadbuffer(state, kPrelude, sizeof kPrelude - 1, "=prelude"));
  lua_pushlightuserdata(state, const_cast<StoreCall*>(&call));
  lua_pushcclosure(state, &call_store, 1);
  if (lua_pcall(state, 1, 0, 0) != 0) return error_of(state);
  lua_sethook(state, &stop, LUA_MASKCOUNT, kMostInstructions);
  if (luaL_loadbuffer(state, script.data(), script.size(), "@user_script") != 0 ||
      lua_pcall(state, 0, 1, 0) != 0)
    return error_of(state);
  return reply_of(state, 0);
}

}  // namespace gatehouse::policy
