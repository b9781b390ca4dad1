// gate.metric: numbers of policies' own in the gateway's metrics.
#include <algorithm>
#include <array>
#include <cmath>

#include "base/ascii.h"
#include "policy/binding/namespaces.h"
#include "policy/metric_table.h"

namespace gatehouse::policy {
namespace {

constexpr std::size_t kMostLabels = 8;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestValue = 128;
constexpr double kMost = 9007199254740992;  // 2^53: beyond it not every whole number is one

// Views of what lies on Lua's stack.
struct Asked {
  std::string_view name;
  std::array<std::pair<std::string_view, std::string_view>, kMostLabels> labels;
  std::size_t count = 0;
};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && !ascii::is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_'; });
}

// Of (name, number, labels); `call` is what errors name.
Asked asked_for(lua_State* state, const char* call) {
  Asked out;
  lua_settop(state, 3);
  out.name = text_argument(state, 1);
  if (!is_name(out.name)) luaL_error(state, "%s: a name has up to 64 letters, digits and _", call);
  if (lua_isnil(state, 3)) return out;
  luaL_checktype(state, 3, LUA_TTABLE);
  luaL_checkstack(state, 2 * static_cast<int>(kMostLabels) + 8, "too many values");
  for (lua_pushnil(state); lua_next(state, 3) != 0;) {
    if (out.count == kMostLabels) luaL_error(state, "%s: too many labels", call);
    if (lua_type(state, -2) != LUA_TSTRING) luaL_error(state, "%s: labels have names", call);
    if (lua_isboolean(state, -1)) {
      lua_pushstring(state, lua_toboolean(state, -1) != 0 ? "true" : "false");
      lua_replace(state, -2);
    }
    const std::string_view value = text_argument(state, -1);
    const std::string_view name = text_argument(state, -2);
    if (!is_name(name) || name == "le" || value.size() > kLongestValue)
      luaL_error(state, "%s: no name of a label, or a value of more than 128 bytes", call);
    out.labels[out.count++] = {name, value};
    lua_insert(state, 4);  // the value stays, so that its text does
  }
  return out;
}

int result(lua_State* state, const char* call, MetricTable::Done done) {
  if (done == MetricTable::Done::other_kind)
    return luaL_error(state, "%s: a metric of that name is counted and measured", call);
  if (done == MetricTable::Done::yes) {
    lua_pushboolean(state, 1);
    return 1;
  }
  lua_pushnil(state);
  lua_pushliteral(state, "no room is left");
  return 2;
}

// A number from 0 on; nothing: 1.
double amount(lua_State* state, const char* what) {
  const double number = luaL_optnumber(state, 2, 1);
  if (!(number >= 0 && number <= kMost)) luaL_argerror(state, 2, what);
  return number;
}

int count(lua_State* state) {
  constexpr char kCall[] = "gate.metric.count";
  const double by = amount(state, "a whole number from 0 on");
  if (by != std::floor(by)) return luaL_argerror(state, 2, "a whole number from 0 on");
  Asked asked = asked_for(state, kCall);
  return result(state, kCall,
                MetricTable::shared().count(asked.name, std::span(asked.labels).first(asked.count),
                                            static_cast<std::uint64_t>(by)));
}

int observe(lua_State* state) {
  constexpr char kCall[] = "gate.metric.observe";
  luaL_checknumber(state, 2);
  const double seconds = std::min(amount(state, "seconds, from 0 on"), 1e9);
  Asked asked = asked_for(state, kCall);
  return result(
      state, kCall,
      MetricTable::shared().observe(asked.name, std::span(asked.labels).first(asked.count),
                                    static_cast<std::uint64_t>(seconds * 1e6)));
}

constexpr Function kFunctions[] = {
    {"count", "(name: string, by?: number, labels?: table<string, any>): boolean?, string?",
     "adds to the counter gatehouse_lua_NAME; nil and a reason: no room", &count},
    {"observe", "(name: string, seconds: number, labels?: table<string, any>): boolean?, string?",
     "one more of the histogram gatehouse_lua_NAME; nil and a reason: no room", &observe},
};

}  // namespace

const Namespace kMetric = {"gate.metric", "the gateway's metrics", kFunctions};

}  // namespace gatehouse::policy
