// A worker's Lua: one state for all of its policies, and the runs in it.
#pragma once

#include <array>
#include <cstdint>
#include <lua.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/exchange.h"
#include "policy/budget.h"
#include "policy/heard.h"
#include "policy/phase.h"

namespace gatehouse::policy {

class Waiter;
class AllOfThem;
class LineWatch;
struct Run;
struct ObjectType;

// Nanoseconds of a clock that never goes back.
[[nodiscard]] std::int64_t monotonic_ns();

// Something that a fiber waits for; destroying it gives it up.
class Operation {
 public:
  virtual ~Operation() = default;
};

// A line of execution in a run: its own, or one of those of gate.all.
struct Fiber {
  Run* run = nullptr;
  lua_State* thread = nullptr;
  AllOfThem* all = nullptr;  // null: the run's own
  std::unique_ptr<Operation> operation;
};

// How a run ended, if not by returning.
enum class Ending : std::uint8_t { none, verdict, error, cpu, memory, depth };

// What a policy is shown of an exchange.
enum class Object : std::uint8_t {
  exchange,
  request,
  request_headers,
  query,
  cookies,
  upstream,
  upstream_headers,
  response,
  response_headers,
  identity,
  rule,
  upstream_query,
  peer,
};
inline constexpr std::size_t kObjectCount = 13;

// One phase of a policy for one exchange.  Runs are used again.
struct Run {
  lua_State* thread = nullptr;
  Fiber fiber;                             // its own
  exchange::Exchange* exchange = nullptr;  // null: a file is being loaded
  Waiter* waiter = nullptr;                // who settles it when a wait is over
  std::string_view policy;                 // what logs call it
  std::optional<std::string_view> body;    // of the request, once it was read; in the arena
  Meter meter;
  std::int64_t began_ns = 0;     // monotonic; 0: nobody asks how long it takes
  std::int64_t cpu_ns = 0;       // between its waits
  std::int64_t growth = 0;       // of Lua's memory while it ran, in bytes
  bool stands_for_many = false;  // of the runs that nobody times
  bool applies = true;           // what it says; in shadow nothing does
  std::vector<Heard> heard;      // in shadow, by gate.fetch
  Phase phase = Phase::load;
  Ending ending = Ending::none;
  exchange::Verdict verdict;
  std::string failure;     // "policies/x.lua:3: …"
  int anchor = LUA_NOREF;  // keeps the thread
};

// Thread: its worker's, or control's while it checks a file.  Owns: the state and its memory.
class Vm {
 public:
  // Errors: std::bad_alloc.
  Vm();
  ~Vm();
  Vm(const Vm&) = delete;
  Vm& operator=(const Vm&) = delete;

  [[nodiscard]] static Vm& of(lua_State* state);
  [[nodiscard]] lua_State* state() const { return state_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  // What all policies of a worker may hold together, 1,000 of which need 40 MiB; as much again is
  // room for garbage, and for the run under way.
  static constexpr std::size_t kMostKept = 64U << 20;
  // Whether it is time to look, and whether more than that is kept indeed, garbage left out.
  [[nodiscard]] bool is_large() const { return bytes_ >= kMostKept / 2 * 3; }
  [[nodiscard]] bool is_full();

  // Where an object lies, and what the registry has it under.
  struct Handle {
    const void* at = nullptr;
    int anchor = LUA_NOREF;
  };
  [[nodiscard]] Handle& object(Object object) { return objects_[static_cast<std::size_t>(object)]; }

  // A run that has not started: push a function and its arguments on its thread.
  [[nodiscard]] Run& begin(Phase phase, exchange::Exchange* exchange, const Budget& budget);
  enum class Outcome : std::uint8_t { returned, verdict, waiting, failed };
  // Goes on with it, or with a fiber of it, with so many values on the thread.
  Outcome resume(Run& run, int values) { return resume(run, run.thread, values); }
  Outcome resume(Run& run, lua_State* thread, int values);
  // Calls the function and its arguments on top of `state`, charged to a run that waits.  False: it
  // ended the run, and nothing is pushed.
  [[nodiscard]] bool call(Run& run, int arguments, int results);
  // It is over, whatever it was doing.
  void finish(Run& run);
  // Empties a thread that was ended or failed.  What its functions have kept of its local variables
  // stays theirs, and is no longer looked for where the next run's will lie.
  static void reset_thread(lua_State* thread);
  // The one whose Lua is being executed; null: none.
  [[nodiscard]] Run* current() { return current_; }

  // Ends the current run: nothing of the policy's code follows, whoever might catch an error.  To
  // be returned by a function that Lua has called.
  int end(lua_State* state, Ending ending);
  // Work of a C function, in steps of about 5 ns; raises when the processor time is used up.
  void take_steps(lua_State* state, std::uint64_t steps);
  // Raises when the run may not allocate so much any more.
  void need_bytes(lua_State* state, std::uint64_t size);
  // The same for what is kept outside of Lua's memory, which counts from now on.
  void take_bytes(lua_State* state, std::uint64_t size);

 private:
  static void* allocate(void* self, void* block, std::size_t before, std::size_t after);
  static void on_count(lua_State* state, lua_Debug*);
  void watch(int instructions);
  // A block of kLarge or more has come or gone, or changed its size.
  void note_large(std::size_t before, std::size_t after);
  // Whether functions in C and in Lua call each other so deeply that the thread's stack might not
  // do: a pattern that calls a function that uses a pattern takes 9 KiB of it each time.  An error
  // goes up through them in a time that grows with their square: 4 ms, and 16 through twice as
  // much.
  [[nodiscard]] bool is_deep() const;
  static constexpr std::ptrdiff_t kMostStack = 256 << 10;
  [[noreturn]] void raise_ending(lua_State* state);
  void note_place(lua_State* state, Run& run, std::string_view what);

  lua_State* state_;
  lua_Alloc inner_ = nullptr;  // LuaJIT's own allocator, which is faster than malloc
  void* inner_self_ = nullptr;
  std::size_t bytes_ = 0;
  std::array<Handle, kObjectCount> objects_;
  Run* current_ = nullptr;
  const char* entered_ = nullptr;  // where the thread's stack was when its first run went on
  int watching_ = 0;               // instructions between two looks
  int first_look_ = Meter::kFirstLook;
  // A block below is no longer to read than kFirstLook instructions may take anyway.
  static constexpr std::size_t kLarge = Meter::kReach / Meter::kFirstLook;
  std::array<std::uint32_t, 64> large_{};  // blocks of at least kLarge, by the bits of their size
  LineWatch* const lines_;                 // null: nobody wants to know
  std::vector<std::unique_ptr<Run>> runs_;
  std::vector<Run*> idle_;
};

}  // namespace gatehouse::policy
