// x.response:body(): the whole of what the client will get.
#include "event/loop.h"
#include "exchange/services.h"
#include "policy/binding/objects.h"
#include "policy/binding/waits.h"
#include "policy/scheduler.h"

namespace gatehouse::policy {
namespace {

class AnswerBody final : public Operation, private exchange::BodyReader, private event::Deferred {
 public:
  AnswerBody(Fiber& fiber, std::uint64_t most) : fiber_(fiber) {
    if (!exchange().read_answer(most, *this)) on_body(false, {});
  }
  ~AnswerBody() override {
    if (!read_) exchange().stop_reading_answer(*this);
  }

 private:
  [[nodiscard]] exchange::Exchange& exchange() const { return *fiber_.run->exchange; }
  void on_body(bool whole, std::string_view body) override {
    read_ = true;
    whole_ = whole;
    body_ = body;
    exchange().space->services->loop().defer(*this);
  }
  void run_deferred() override {
    lua_State* thread = fiber_.thread;
    Run& run = *fiber_.run;
    if (!whole_) {
      lua_pushnil(thread);
      lua_pushliteral(thread,
                      "the body is larger than the budget allows, a file, or being read by "
                      "another function of gate.all");
      return wake(fiber_, 2);
    }
    // It may raise, and the fiber that would catch it does not run yet.
    Vm& vm = Vm::of(thread);
    lua_pushcfunction(vm.state(), [](lua_State* state) {
      push(state, *static_cast<const std::string_view*>(lua_touserdata(state, 1)));
      return 1;
    });
    lua_pushlightuserdata(vm.state(), &body_);
    if (!vm.call(run, 1, 1)) return run.waiter->settled(run, Vm::Outcome::failed);
    lua_xmove(vm.state(), thread, 1);
    wake(fiber_, 1);
  }

  Fiber& fiber_;
  std::string_view body_;
  bool read_ = false;
  bool whole_ = false;
};

}  // namespace

int response_body(lua_State* state) {
  Run& run = run_of(state, Object::response);
  if (!lua_isnoneornil(state, 2)) {
    const std::string_view text = text_argument(state, 2);
    if (!run.applies) return 0;
    Vm::of(state).take_bytes(state, text.size());
    if (!run.exchange->replace_answer(text))
      return luaL_error(state, "the answer has no body, or its head is on its way");
    return 0;
  }
  Fiber& fiber = waiting_fiber(state, "x.response:body");
  return park(fiber, std::make_unique<AnswerBody>(fiber, run.meter.bytes_left() / 2));
}

}  // namespace gatehouse::policy
