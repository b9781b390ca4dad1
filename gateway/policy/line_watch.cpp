#include "policy/line_watch.h"

#include <memory>

namespace gatehouse::policy {
namespace {

thread_local LineWatch* watching_ = nullptr;

// Every function of a chunk and the lines of its instructions; the header of each has none of its
// own.
constexpr char kWalk[] = R"(
local chunk, note = ...
local util = require "jit.util"
local function walk(f)
  local info = util.funcinfo(f)
  for pc = 1, info.bytecodes - 1 do note(util.funcinfo(f, pc).currentline) end
  for i = 1, info.gcconsts do
    local child = util.funck(f, -i)
    if type(child) == "proto" then walk(child) end
  end
end
walk(chunk))";

int note_line(lua_State* state) {
  auto& lines = *static_cast<std::set<unsigned>*>(lua_touserdata(state, lua_upvalueindex(1)));
  const int line = static_cast<int>(lua_tointeger(state, 1));
  if (line > 0) lines.insert(static_cast<unsigned>(line));
  return 0;
}

}  // namespace

LineWatch::~LineWatch() {
  if (watching_ == this) watching_ = nullptr;
}

void LineWatch::begin() { watching_ = this; }

LineWatch* LineWatch::here() { return watching_; }

void LineWatch::note(lua_State* state, lua_Debug& at) {
  lua_getinfo(state, "Sl", &at);
  if (at.currentline > 0 && *at.source == '@')
    ++files_[at.source + 1][static_cast<unsigned>(at.currentline)];
}

std::set<unsigned> executable_lines(const SourceFile& file) {
  std::set<unsigned> out;
  // Nothing of the file is executed in it.
  const std::unique_ptr<lua_State, void (*)(lua_State*)> owned(luaL_newstate(), &lua_close);
  lua_State* state = owned.get();
  if (state == nullptr) return out;
  luaL_openlibs(state);
  if (luaL_loadbuffer(state, kWalk, sizeof kWalk - 1, "=walk") != 0) return out;
  const std::string chunk = '@' + file.name;
  if (luaL_loadbufferx(state, file.bytes.data(), file.bytes.size(), chunk.c_str(), "t") != 0)
    return out;
  lua_pushlightuserdata(state, &out);
  lua_pushcclosure(state, &note_line, 1);
  if (lua_pcall(state, 2, 0, 0) != 0) out.clear();
  return out;
}

}  // namespace gatehouse::policy
