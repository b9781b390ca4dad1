#include "policy/scheduler.h"

#include <vector>

#include "plugin/host.h"

namespace gatehouse::policy {

HostOperation::~HostOperation() {
  if (under_way_ != nullptr) plugin::host().cancel(under_way_);
}

Fiber& waiting_fiber(lua_State* state, const char* what) {
  const Run* run = Vm::of(state).current();
  if (run == nullptr || run->phase == Phase::load)
    luaL_error(state, "%s cannot be used while the file is loaded", what);
  if (lua_isyieldable(state) == 0)
    luaL_error(state, "%s waits, and what table.sort or string.gsub calls may not", what);
  return *static_cast<Fiber*>(lua_getexdata(state));
}

int park(Fiber& fiber, std::unique_ptr<Operation> operation) {
  fiber.operation = std::move(operation);
  return lua_yield(fiber.thread, 0);
}

// The functions of one gate.all.
class AllOfThem final : public Operation {
 public:
  static constexpr int kMost = 32;

  explicit AllOfThem(Fiber& parent) : parent_(parent), vm_(Vm::of(parent.thread)) {}
  ~AllOfThem() override {
    for (const Child& child : children_) {
      child.fiber->operation.reset();
      luaL_unref(vm_.state(), LUA_REGISTRYINDEX, child.anchor);
    }
  }

  // Adds the function at the top of the parent's thread, which it pops.
  void add(std::string name) {
    Child& child = children_.emplace_back();
    child.name = std::move(name);
    child.fiber = std::make_unique<Fiber>();
    child.fiber->run = parent_.run;
    child.fiber->all = this;
    lua_State* state = parent_.thread;
    child.fiber->thread = lua_newthread(state);
    lua_setexdata(child.fiber->thread, child.fiber.get());
    child.anchor = luaL_ref(state, LUA_REGISTRYINDEX);
    lua_xmove(state, child.fiber->thread, 1);
    ++left_;
  }
  // Lets each of them run to its first wait.  False: one of them has ended the run.
  bool begin() {
    for (const Child& child : children_) {
      if (!ended(*child.fiber, vm_.resume(*parent_.run, child.fiber->thread, 0))) return false;
    }
    return true;
  }
  // What `outcome` of one of them means.  False: the run is over.
  bool ended(Fiber& fiber, Vm::Outcome outcome) {
    Run& run = *parent_.run;
    if (outcome == Vm::Outcome::waiting) return true;
    if (outcome == Vm::Outcome::failed && run.ending == Ending::error) {
      // Its own mistake: it has no result.
      run.ending = Ending::none;
      run.failure.clear();
      Vm::reset_thread(fiber.thread);
    }
    if (run.ending != Ending::none) return false;
    --left_;
    return true;
  }
  [[nodiscard]] bool done() const { return left_ == 0; }
  [[nodiscard]] Fiber& parent() { return parent_; }
  // Pushes the results on the parent's thread.
  void push_results() {
    lua_State* state = parent_.thread;
    lua_createtable(state, 0, static_cast<int>(children_.size()));
    for (const Child& child : children_) {
      lua_State* from = child.fiber->thread;
      if (lua_gettop(from) == 0) continue;
      lua_pushvalue(from, 1);
      lua_xmove(from, state, 1);
      lua_setfield(state, -2, child.name.c_str());
    }
  }

 private:
  struct Child {
    std::string name;
    std::unique_ptr<Fiber> fiber;
    int anchor = LUA_NOREF;
  };
  Fiber& parent_;  // of a gate.all in another's function it may be gone before this is
  Vm& vm_;
  std::vector<Child> children_;
  std::size_t left_ = 0;
};

void wake(Fiber& fiber, int values) {
  // It may lie in the call that tells of its end.
  const auto over = std::move(fiber.operation);
  Run& run = *fiber.run;
  Vm& vm = Vm::of(run.thread);
  const Vm::Outcome outcome = vm.resume(run, fiber.thread, values);
  AllOfThem* all = fiber.all;
  if (all == nullptr) return run.waiter->settled(run, outcome);
  if (!all->ended(fiber, outcome)) return run.waiter->settled(run, outcome);
  if (!all->done()) return;
  all->push_results();
  wake(all->parent(), 1);
}

int all_of_them(lua_State* state) {
  luaL_checktype(state, 1, LUA_TTABLE);
  Fiber& fiber = waiting_fiber(state, "gate.all");
  lua_settop(state, 1);
  int count = 0;
  for (lua_pushnil(state); lua_next(state, 1) != 0; lua_pop(state, 1)) {
    if (lua_type(state, -2) != LUA_TSTRING || lua_type(state, -1) != LUA_TFUNCTION)
      return luaL_error(state, "gate.all takes functions by name");
    if (++count > AllOfThem::kMost)
      return luaL_error(state, "gate.all takes %d functions at most", AllOfThem::kMost);
  }
  luaL_checkstack(state, 8, "too many values");
  Run& run = *fiber.run;
  auto all = std::make_unique<AllOfThem>(fiber);
  for (lua_pushnil(state); lua_next(state, 1) != 0;) all->add(lua_tostring(state, -2));
  AllOfThem& kept = *all;
  fiber.operation = std::move(all);
  const bool goes_on = kept.begin();
  if (goes_on && !kept.done()) return lua_yield(state, 0);
  if (goes_on) kept.push_results();
  fiber.operation.reset();
  return goes_on ? 1 : Vm::of(state).end(state, run.ending);
}

}  // namespace gatehouse::policy
