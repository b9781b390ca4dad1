// Calls that wait: time, other services, the request's body.
#include "policy/binding/waits.h"

#include <cmath>

#include "config/scalar.h"
#include "plugin/host.h"
#include "policy/binding/answer.h"
#include "policy/binding/json.h"
#include "policy/binding/namespaces.h"
#include "policy/scheduler.h"

namespace gatehouse::policy {
namespace {

class Sleep final : public HostOperation {
 public:
  Sleep(Fiber& fiber, std::uint64_t milliseconds) : HostOperation(fiber) {
    gh_worker* worker = plugin::c_worker(*fiber.run->exchange->space->services);
    under_way_ = plugin::host().sleep(
        worker, milliseconds,
        [](void* self) {
          auto& here = *static_cast<Sleep*>(self);
          here.done();
          wake(here.fiber_, 0);
        },
        this);
  }
};

int sleep(lua_State* state) {
  const double seconds = seconds_argument(state, 1);
  Fiber& fiber = waiting_fiber(state, "gate.sleep");
  return park(
      fiber, std::make_unique<Sleep>(fiber, static_cast<std::uint64_t>(std::ceil(seconds * 1000))));
}

class Body final : public HostOperation {
 public:
  Body(Fiber& fiber, std::uint64_t most, bool json) : HostOperation(fiber), json_(json) {
    under_way_ = plugin::host().read_body(
        plugin::c_exchange(*fiber.run->exchange), most,
        [](void* self, int whole, gh_text body) { static_cast<Body*>(self)->read(whole, body); },
        this);
  }

 private:
  void read(int whole, gh_text body) {
    lua_State* thread = done();
    Run& run = *fiber_.run;
    if (whole == 0) {
      lua_pushnil(thread);
      lua_pushliteral(thread,
                      "the body is larger than the budget allows, on its way already, or being "
                      "read by another function of gate.all");
      return wake(fiber_, 2);
    }
    run.body = plugin::view(body);
    // Both may raise, and the fiber that would catch it does not run yet.
    Vm& vm = Vm::of(thread);
    lua_State* state = vm.state();
    lua_pushcfunction(state, json_ ? &decode : &copy);
    lua_pushlightuserdata(state, &*run.body);
    if (!vm.call(run, 1, 2)) return run.waiter->settled(run, Vm::Outcome::failed);
    lua_xmove(state, thread, 2);
    wake(fiber_, 2);
  }
  static std::string_view text(lua_State* state) {
    return *static_cast<const std::string_view*>(lua_touserdata(state, 1));
  }
  static int copy(lua_State* state) {
    push(state, text(state));
    return 1;
  }
  static int decode(lua_State* state) { return push_json(state, text(state)); }
  bool json_;
};

int body(lua_State* state, bool json) {
  Run& run = run_of(state, Object::request);
  if (run.body) {
    if (json) return push_json(state, *run.body);
    push(state, *run.body);
    return 1;
  }
  Fiber& fiber = waiting_fiber(state, "x.request:body");
  return park(fiber, std::make_unique<Body>(fiber, run.meter.bytes_left() / 2, json));
}

int fetch(lua_State* state) {
  Fiber& fiber = waiting_fiber(state, "gate.fetch");
  const char* wrong = nullptr;
  auto operation = make_fetch(state, fiber, wrong);
  if (operation == nullptr) {
    lua_pushnil(state);
    lua_pushstring(state, wrong);
    return 2;
  }
  return park(fiber, std::move(operation));
}

// Below 0, or no number: it is no time.
double seconds_of(lua_State* state, int index) {
  if (lua_type(state, index) == LUA_TNUMBER) return std::min(lua_tonumber(state, index), 1e9);
  if (lua_type(state, index) != LUA_TSTRING) return -1;
  const auto time = config::parse_duration(text_argument(state, index));
  return time ? std::min(static_cast<double>(time->count()) / 1000, 1e9) : -1;
}

constexpr Function kFunctions[] = {
    {"sleep", "(time: string|number)", "waits, \"50ms\" or seconds", &sleep},
    {"fetch", "(group: string, request: gatehouse.Fetch): gatehouse.Answer?, string?",
     "asks a target group; nil and a reason: there is no answer", &fetch},
    {"all", "(functions: table<string, fun(): any>): table<string, any>",
     "several at the same time; of one that fails nil", &all_of_them},
};

}  // namespace

int request_body(lua_State* state) { return body(state, false); }
int request_json(lua_State* state) { return body(state, true); }

double seconds_argument(lua_State* state, int index) {
  const double seconds = seconds_of(state, index);
  if (!(seconds >= 0)) luaL_argerror(state, index, "a time such as \"50ms\", or seconds");
  return seconds;
}

double named_seconds(lua_State* state, int index, const char* name) {
  const double seconds = seconds_of(state, index);
  if (!(seconds >= 0)) luaL_error(state, "%s is a time such as \"50ms\", or seconds", name);
  return seconds;
}

const Namespace kWaits = {"gate", "what waits", kFunctions};

}  // namespace gatehouse::policy
