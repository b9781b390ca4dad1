// gate.log, and the clocks.
#include "observe/log.h"

#include <ctime>

#include "exchange/services.h"
#include "policy/binding/json.h"
#include "policy/binding/namespaces.h"

namespace gatehouse::policy {
namespace {

using observe::Event;

// A line of the log holds no more.
constexpr std::size_t kMostText = 1024;

template <Event What>
int say(lua_State* state) {
  const std::string_view text = text_argument(state, 1).substr(0, kMostText);
  lua_settop(state, 2);
  std::string_view fields;
  if (!lua_isnil(state, 2)) {
    push_json_text(state, 2);
    fields = text_argument(state, -1).substr(0, kMostText);
  }
  const Run* run = Vm::of(state).current();
  const std::string_view rule = run->exchange == nullptr ? std::string_view() : run->exchange->rule;
  observe::log().write(
      What, {{"policy", run->policy}, {"rule", rule}, {"text", text}, {"fields", fields}});
  return 0;
}

int now(lua_State* state) {
  lua_pushnumber(state, static_cast<double>(wall_us(state)) / 1e6);
  return 1;
}

int time(lua_State* state) {
  const char* format = luaL_optstring(state, 1, "%Y-%m-%dT%H:%M:%SZ");
  const std::time_t seconds = wall_us(state) / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[256];
  const std::size_t size = std::strftime(text, sizeof text, format, &utc);
  push(state, {text, size});
  return 1;
}

constexpr char kSignature[] = "(text: string, fields?: table<string, any>)";
constexpr Function kFunctions[] = {
    {"debug", kSignature, "a line of the log, one a second at most", &say<Event::policy_debugs>},
    {"info", kSignature, "a line of the log, one a second at most", &say<Event::policy_says>},
    {"warn", kSignature, "a line of the log, one a second at most", &say<Event::policy_warns>},
    {"error", kSignature, "a line of the log, one a second at most",
     &say<Event::policy_complains>}};
constexpr Function kTimeFunctions[] = {
    {"now", "(): number", "seconds since 1970, with a fraction", &now},
    {"time", "(format?: string): string", "the time in UTC, as C's strftime writes it", &time}};

}  // namespace

std::int64_t wall_us(lua_State* state) {
  return Vm::of(state).current()->exchange->space->services->loop().wall_us();
}

const Namespace kLog = {"gate.log", "the operator's log", kFunctions};
const Namespace kClock = {"gate", "clocks", kTimeFunctions};

}  // namespace gatehouse::policy
