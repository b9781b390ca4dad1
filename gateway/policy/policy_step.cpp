#include "policy/policy_step.h"

#include "base/hash.h"
#include "observe/log.h"
#include "policy/binding/object.h"

namespace gatehouse::policy {

using exchange::Exchange;
using exchange::Verdict;

PolicyStep::PolicyStep(const config::PluginUse& use, std::shared_ptr<const Script> script,
                       std::uint64_t content)
    : script_(std::move(script)),
      values_(use.values),
      key_(use.key),
      content_(content),
      deadline_(use.deadline),
      on_error_(use.on_error),
      budget_(use.budget),
      state_(state_of_policy(use.key)) {}

std::uint64_t PolicyStep::content_of(const config::PluginUse& use, const Script& script) {
  const auto& budget = use.budget;
  return hash64(use.key + ' ' + std::to_string(script.content()) + ' ' +
                std::to_string(budget.cpu.count()) + ' ' + std::to_string(budget.memory.value) +
                ' ' + std::to_string(budget.wall.count()) + ' ' + std::to_string(budget.calls) +
                ' ' + std::to_string(static_cast<int>(use.on_error)) + ' ' +
                (use.values != nullptr ? use.values->content : ""));
}

std::uint32_t PolicyStep::phases() const {
  std::uint32_t out = 0;
  const auto add = [&](Phase ours, plugin::Phase theirs) {
    if ((script_->phases() & bit(ours)) != 0) out |= plugin::bit(theirs);
  };
  add(Phase::request, plugin::Phase::request);
  add(Phase::response, plugin::Phase::response);
  add(Phase::log, plugin::Phase::log);
  return out;
}

void PolicyStep::start(exchange::Services& services) {
  Worker& here = workers_[services.number];
  here.vm = WorkerVm::here();
  here.script = here.vm->load(script_);
  if (!here.script->failure().empty()) {
    observe::log().write(observe::Event::policy_failed,
                         {{"policy", key_}, {"rule", ""}, {"error", here.script->failure()}});
  }
  lua_State* state = here.vm->vm.state();
  lua_newtable(state);
  if (values_ != nullptr) {
    for (const auto& [name, value] : *static_cast<const Values*>(values_->config.get())) {
      push_value(state, value);
      lua_setfield(state, -2, name.c_str());
    }
  }
  here.with = luaL_ref(state, LUA_REGISTRYINDEX);
}

void PolicyStep::stop(exchange::Services& services) {
  Worker& here = workers_[services.number];
  if (here.vm == nullptr) return;
  luaL_unref(here.vm->vm.state(), LUA_REGISTRYINDEX, here.with);
  here.script.reset();  // it lies in the state, which may end here
  here.vm.reset();
}

Verdict PolicyStep::run(Exchange& x, Phase phase) {
  Worker& here = worker(x);
  if (here.script == nullptr || !here.script->failure().empty())
    return failed(x, Ending::error,
                  here.script == nullptr ? "not started" : here.script->failure());
  Vm& vm = here.vm->vm;
  Run& run = vm.begin(phase, &x, budget_);
  run.waiter = this;
  run.policy = key_;
  here.script->push(run.thread, phase);
  push_object(run.thread, run, Object::exchange);
  lua_rawgeti(run.thread, LUA_REGISTRYINDEX, here.with);
  const auto before = static_cast<std::int64_t>(vm.bytes());
  const Vm::Outcome outcome = vm.resume(run, 2);
  here.script->add_growth(static_cast<std::int64_t>(vm.bytes()) - before);
  return settle(run, outcome);
}

Verdict PolicyStep::settle(Run& run, Vm::Outcome outcome) {
  Exchange& x = *run.exchange;
  Verdict verdict;
  switch (outcome) {
    case Vm::Outcome::waiting:
      x.space->wait = &run;
      return Verdict::suspend();
    case Vm::Outcome::returned:
      break;
    case Vm::Outcome::verdict:
      verdict = run.verdict;
      break;
    case Vm::Outcome::failed:
      verdict = failed(x, run.ending, run.failure);
      break;
  }
  x.space->wait = nullptr;
  WorkerVm& vm = *worker(x).vm;
  vm.vm.finish(run);
  if (const LoadedScript* renewed = vm.make_room())
    observe::log().write(observe::Event::policy_complains,
                         {{"policy", renewed->script().name()},
                          {"rule", ""},
                          {"text", "has kept the most of what policies may keep, and begins anew"},
                          {"fields", ""}});
  return verdict;
}

Verdict PolicyStep::failed(Exchange& x, Ending ending, std::string_view failure) {
  state_->count(ending == Ending::cpu      ? Cause::cpu
                : ending == Ending::memory ? Cause::memory
                                           : Cause::error);
  observe::log().write(observe::Event::policy_failed,
                       {{"policy", key_}, {"rule", x.rule.name}, {"error", failure}});
  if (on_error_ == config::OnError::allow) return Verdict::pass();
  Verdict verdict = Verdict::answer(row(Reason::policy_failed).status, Reason::policy_failed);
  verdict.error_page = true;
  return verdict;
}

void PolicyStep::settled(Run& run, Vm::Outcome outcome) {
  Exchange& x = *run.exchange;
  const exchange::Ticket ticket = x.ticket();
  const Verdict verdict = settle(run, outcome);
  if (verdict.kind == Verdict::Kind::suspend) return;  // it waits on, with the same ticket
  x.space->services->waits().resume(ticket, verdict);
}

void PolicyStep::on_cancel(Exchange& x) {
  if (x.space->wait == nullptr) return;
  Run& run = *static_cast<Run*>(std::exchange(x.space->wait, nullptr));
  worker(x).vm->vm.finish(run);
}

bool PolicyStep::on_deadline(Exchange& x) {
  state_->count(Cause::wall);
  observe::log().write(
      observe::Event::step_late,
      {{"step", key_}, {"rule", x.rule.name}, {"milliseconds", deadline_.count()}});
  return on_error_ == config::OnError::allow;
}

}  // namespace gatehouse::policy
