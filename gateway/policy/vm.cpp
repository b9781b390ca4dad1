#include "policy/vm.h"

#include <algorithm>
#include <bit>
#include <ctime>
#include <new>

#include "policy/binding/answer.h"
#include "policy/binding/json.h"
#include "policy/binding/match.h"
#include "policy/binding/object.h"
#include "policy/line_watch.h"
#include "policy/sandbox.h"

namespace gatehouse::policy {
namespace {

// Longer texts are no message for a log.
constexpr std::size_t kMostFailure = 400;

std::string_view sentence(Ending ending) {
  if (ending == Ending::depth) return "calls are nested too deeply";
  return ending == Ending::cpu ? "the processor time of its budget is used up"
                               : "the memory of its budget is used up";
}

const char* top_of_stack() { return static_cast<const char*>(__builtin_frame_address(0)); }

}  // namespace

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

Vm::Vm() : state_(luaL_newstate()), lines_(LineWatch::here()) {
  if (state_ == nullptr) throw std::bad_alloc();
  // A hook stops no compiled loop, and policies gain nothing by being compiled.
  luaJIT_setmode(state_, 0, LUAJIT_MODE_ENGINE | LUAJIT_MODE_OFF);
  inner_ = lua_getallocf(state_, &inner_self_);
  lua_setallocf(state_, &Vm::allocate, this);
  open_libraries(state_);
  make_objects(*this);
  make_json_null(state_);
  make_answer_metatable(state_);
  make_regex_metatable(state_);
  watch(first_look_);
}

Vm::~Vm() {
  current_ = nullptr;
  for (const auto& run : runs_) run->fiber.operation.reset();
  lua_setallocf(state_, inner_, inner_self_);
  lua_close(state_);
}

Vm& Vm::of(lua_State* state) {
  void* self = nullptr;
  lua_getallocf(state, &self);
  return *static_cast<Vm*>(self);
}

void* Vm::allocate(void* self, void* block, std::size_t before, std::size_t after) {
  Vm& vm = *static_cast<Vm*>(self);
  if (after > before) {
    const std::size_t growth = after - before;
    Run* run = vm.current_;  // outside of one nothing would catch the error
    if (run != nullptr && vm.bytes_ + growth > 2 * kMostKept) {
      if (run->ending == Ending::none) {
        run->ending = Ending::memory;
        vm.watch(1);
      }
      return nullptr;
    }
    if (run != nullptr && !run->meter.take_bytes(growth)) {
      // The next instruction raises, and knows its line; there may be none for long.
      if (run->ending == Ending::none) {
        run->ending = Ending::memory;
        vm.watch(1);
      }
      if (run->meter.far_over()) return nullptr;
    }
  }
  void* out = vm.inner_(vm.inner_self_, block, before, after);
  if (out == nullptr && after != 0) return nullptr;
  vm.bytes_ = vm.bytes_ - before + after;
  if (std::max(before, after) >= kLarge) vm.note_large(before, after);
  return out;
}

void Vm::note_large(std::size_t before, std::size_t after) {
  if (before >= kLarge) --large_[std::bit_width(before)];
  if (after >= kLarge) ++large_[std::bit_width(after)];
  const auto longest = std::find_if(large_.rbegin(), large_.rend(), [](auto n) { return n != 0; });
  const auto bits = large_.rend() - longest - 1;
  first_look_ = std::clamp(static_cast<int>(Meter::kReach >> std::max<std::ptrdiff_t>(bits, 0)), 1,
                           Meter::kFirstLook);
  // At the end of a run it is set anew.
  if (current_ == nullptr || first_look_ < watching_) watch(first_look_);
}

bool Vm::is_full() {
  lua_gc(state_, LUA_GCCOLLECT, 0);
  return bytes_ >= kMostKept;
}

void Vm::watch(int instructions) {
  if (watching_ == instructions) return;
  watching_ = instructions;
  const int lines = lines_ == nullptr ? 0 : LUA_MASKLINE;
  lua_sethook(state_, &Vm::on_count, LUA_MASKCOUNT | lines, instructions);
}

void Vm::on_count(lua_State* state, lua_Debug* at) {
  Vm& vm = of(state);
  if (at->event == LUA_HOOKLINE) return vm.lines_->note(state, *at);
  Run* run = vm.current_;
  if (run == nullptr) return;
  if (run->ending == Ending::none) {
    const bool deep = vm.is_deep();
    if (!deep && run->meter.look()) return vm.watch(std::min(Meter::kLook, vm.first_look_));
    run->ending = deep ? Ending::depth : Ending::cpu;
  }
  vm.raise_ending(state);
}

bool Vm::is_deep() const { return entered_ - top_of_stack() > kMostStack; }

void Vm::note_place(lua_State* state, Run& run, std::string_view what) {
  if (!run.failure.empty()) return;
  lua_Debug at{};
  for (int level = 0; lua_getstack(state, level, &at) != 0; ++level) {
    lua_getinfo(state, "Sl", &at);
    if (at.currentline <= 0) continue;
    run.failure = std::string(at.short_src) + ':' + std::to_string(at.currentline) + ": ";
    break;
  }
  run.failure += what;
}

void Vm::raise_ending(lua_State* state) {
  Run& run = *current_;
  // From here on every instruction raises: whoever catches the error gets no further.
  watch(1);
  if (run.ending != Ending::verdict) note_place(state, run, sentence(run.ending));
  lua_pushliteral(state, "the run is over");
  lua_error(state);
  __builtin_unreachable();
}

int Vm::end(lua_State* state, Ending ending) {
  current_->ending = ending;
  // Where nothing is to be unwound: no catcher is asked.
  if (lua_isyieldable(state) != 0) return lua_yield(state, 0);
  raise_ending(state);
}

void Vm::take_steps(lua_State* state, std::uint64_t steps) {
  Run* run = current_;
  if (run == nullptr) return;
  const bool deep = is_deep();  // a function in C may call itself, without an instruction of Lua's
  if (!deep && run->meter.take_steps(steps)) return;
  run->ending = deep ? Ending::depth : Ending::cpu;
  raise_ending(state);
}

void Vm::need_bytes(lua_State* state, std::uint64_t size) {
  Run* run = current_;
  if (run == nullptr || size <= run->meter.bytes_left()) return;
  run->ending = Ending::memory;
  raise_ending(state);
}

void Vm::take_bytes(lua_State* state, std::uint64_t size) {
  need_bytes(state, size);
  static_cast<void>(current_->meter.take_bytes(size));
}

Run& Vm::begin(Phase phase, exchange::Exchange* exchange, const Budget& budget) {
  if (idle_.empty()) {
    auto run = std::make_unique<Run>();
    run->thread = lua_newthread(state_);
    run->anchor = luaL_ref(state_, LUA_REGISTRYINDEX);
    run->fiber.run = run.get();
    run->fiber.thread = run->thread;
    idle_.push_back(run.get());
    runs_.push_back(std::move(run));
  }
  Run& run = *idle_.back();
  idle_.pop_back();
  lua_setexdata(run.thread, &run.fiber);  // a thread that is reset forgets it
  run.exchange = exchange;
  run.phase = phase;
  run.ending = Ending::none;
  run.meter.start(budget);
  return run;
}

Vm::Outcome Vm::resume(Run& run, lua_State* thread, int values) {
  Run* const outer = current_;
  const std::int64_t from = run.began_ns != 0 && outer == nullptr ? monotonic_ns() : 0;
  current_ = &run;
  if (outer == nullptr) entered_ = top_of_stack();
  const std::size_t before = bytes_;
  const int status = lua_resume(thread, values);
  current_ = outer;
  if (from != 0) run.cpu_ns += monotonic_ns() - from;
  if (outer == nullptr) {
    run.growth += static_cast<std::int64_t>(bytes_ - before);
    run.meter.pause();
    watch(first_look_);
  }
  if (run.ending == Ending::verdict) return Outcome::verdict;
  if (run.ending == Ending::none && status == 0) return Outcome::returned;
  if (run.ending == Ending::none && status == LUA_YIELD) return Outcome::waiting;
  if (run.ending == Ending::none) run.ending = Ending::error;
  if (run.ending != Ending::error && run.failure.empty()) {
    // It was over before there was an instruction to stop at.
    run.failure = std::string(run.policy) + ": " + std::string(sentence(run.ending));
  } else if (run.failure.empty()) {
    std::size_t size = 0;
    const char* text =
        lua_type(thread, -1) == LUA_TSTRING ? lua_tolstring(thread, -1, &size) : nullptr;
    run.failure = text != nullptr
                      ? std::string(text, std::min(size, kMostFailure))
                      : std::string("an error that is no text: a ") + luaL_typename(thread, -1);
  }
  return Outcome::failed;
}

bool Vm::call(Run& run, int arguments, int results) {
  Run* const outer = current_;
  current_ = &run;
  if (outer == nullptr) entered_ = top_of_stack();
  const std::size_t before = bytes_;
  const int status = lua_pcall(state_, arguments, results, 0);
  current_ = outer;
  run.growth += static_cast<std::int64_t>(bytes_ - before);
  run.meter.pause();
  watch(first_look_);
  if (status == 0) return true;
  if (run.ending == Ending::none) run.ending = Ending::error;
  if (run.failure.empty()) {
    run.failure = run.ending == Ending::error
                      ? lua_tostring(state_, -1)
                      : std::string(run.policy) + ": " + std::string(sentence(run.ending));
  }
  lua_pop(state_, 1);
  return false;
}

void Vm::reset_thread(lua_State* thread) {
  // The library closes the upvalues of its first argument, which it takes for the thread.
  lua_resetthread(thread, thread);
}

void Vm::finish(Run& run) {
  run.fiber.operation.reset();
  if (lua_status(run.thread) != 0) {
    reset_thread(run.thread);
  } else {
    lua_settop(run.thread, 0);
  }
  run.failure.clear();
  run.exchange = nullptr;
  run.waiter = nullptr;
  run.body.reset();
  run.began_ns = run.cpu_ns = run.growth = 0;
  run.applies = true;
  run.heard.clear();
  idle_.push_back(&run);
}

}  // namespace gatehouse::policy
