#include "policy/policy_step.h"

#include <utility>

#include "base/hash.h"
#include "observe/log.h"
#include "policy/binding/object.h"

namespace gatehouse::policy {

using exchange::Exchange;
using exchange::Verdict;

namespace {

// Runs of which one is timed: two readings of a clock are a fifth of what an ordinary policy costs.
constexpr std::uint64_t kTimedEvery = 16;
// Disagreements that a worker keeps of a policy a second: one takes as long as twenty runs.
constexpr unsigned kKeptASecond = 10;

}  // namespace

PolicyStep::PolicyStep(const config::PluginUse& use, std::shared_ptr<const Script> script,
                       std::uint64_t content)
    : script_(std::move(script)),
      values_(use.values),
      key_(use.key),
      content_(content),
      deadline_(use.deadline),
      on_error_(use.on_error),
      budget_(use.budget),
      breaker_(use.breaker),
      shadow_(use.mode == config::PolicyMode::shadow),
      state_(state_of_policy(use.key)) {}

std::uint64_t PolicyStep::content_of(const config::PluginUse& use, const Script& script) {
  const auto& budget = use.budget;
  return hash64(
      use.key + ' ' + std::to_string(script.content()) + ' ' + std::to_string(budget.cpu.count()) +
      ' ' + std::to_string(budget.memory.value) + ' ' + std::to_string(budget.wall.count()) + ' ' +
      std::to_string(budget.calls) + ' ' + std::to_string(static_cast<int>(use.on_error)) + ' ' +
      std::to_string(static_cast<int>(use.mode)) + ' ' + std::to_string(use.breaker.failures) +
      ' ' + std::to_string(use.breaker.per.count()) + ' ' +
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
  auto& place = workers_[services.number];
  if (place == nullptr) place = std::make_unique<Worker>();
  Worker& here = *place;
  here.counts = &state_->of_worker(services.number);
  if (shadow_) state_->disagreements().begin(content_);
  here.vm = WorkerVm::here();
  here.script = here.vm->load(script_);
  if (!here.script->failure().empty()) {
    observe::log().write(observe::Event::policy_failed,
                         {{"policy", key_}, {"rule", ""}, {"error", here.script->failure()}});
  }
  here.with = here.script->add_parameters(values_);
}

void PolicyStep::stop(exchange::Services& services) {
  if (workers_[services.number] == nullptr) return;
  Worker& here = *workers_[services.number];
  if (here.vm == nullptr) return;
  here.script->drop_parameters(here.with);
  here.script.reset();  // it lies in the state, which may end here
  here.vm.reset();
}

Verdict PolicyStep::run(Exchange& x, Phase phase) {
  Worker& here = worker(x);
  if (breaker_.failures != 0 && state_->breaker().is_open(x.space->services->loop().now().us)) {
    ++here.counts->skipped;
    return verdict_of_failure();
  }
  if (!here.script->failure().empty()) return failed(x, Ending::error, here.script->failure());
  Vm& vm = here.vm->vm;
  Run& run = vm.begin(phase, &x, budget_);
  ++here.counts->runs;
  run.stands_for_many = here.counts->runs.value() % kTimedEvery == 0;
  if (run.stands_for_many || x.space->times != nullptr) run.began_ns = monotonic_ns();
  run.applies = !shadow_;
  run.waiter = this;
  run.policy = key_;
  here.script->push(run.thread, phase);
  push_object(run.thread, Object::exchange);
  lua_rawgeti(run.thread, LUA_REGISTRYINDEX, here.with);
  return settle(run, vm.resume(run, 2));
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
      if (shadow_ && verdict.kind == Verdict::Kind::answer) {
        disagree(x, run.phase, verdict, run.heard);
        verdict = Verdict::pass();
      }
      break;
    case Vm::Outcome::failed:
      verdict = failed(x, run.ending, run.failure);
      if (would_end(run.phase))
        disagree(x, run.phase,
                 Verdict::answer(row(Reason::policy_failed).status, Reason::policy_failed),
                 run.heard);
      break;
  }
  if (run.began_ns != 0) note_time(x, run);
  x.space->wait = nullptr;
  worker(x).script->add_growth(run.growth);
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
  const bool memory = ending == Ending::memory || ending == Ending::depth;
  count_failure(x, ending == Ending::cpu ? Cause::cpu : memory ? Cause::memory : Cause::error);
  observe::log().write(observe::Event::policy_failed,
                       {{"policy", key_}, {"rule", x.rule}, {"error", failure}});
  return verdict_of_failure();
}

Verdict PolicyStep::verdict_of_failure() const {
  if (shadow_ || on_error_ == config::OnError::allow) return Verdict::pass();
  Verdict verdict = Verdict::answer(row(Reason::policy_failed).status, Reason::policy_failed);
  verdict.error_page = true;
  return verdict;
}

void PolicyStep::count_failure(Exchange& x, Cause cause) {
  state_->count(cause);
  if (breaker_.failures == 0) return;
  const std::int64_t per = Micros(breaker_.per).count();
  if (!state_->breaker().failed(x.space->services->loop().now().us, breaker_.failures, per)) return;
  observe::log().write(observe::Event::policy_breaker_opened,
                       {{"policy", key_},
                        {"rule", x.rule},
                        {"failures", breaker_.failures},
                        {"milliseconds", breaker_.per.count()}});
}

void PolicyStep::note_time(Exchange& x, const Run& run) {
  const std::int64_t wall_ns = monotonic_ns() - run.began_ns;
  if (run.stands_for_many) {
    RunCounts& counts = *worker(x).counts;
    counts.cpu_ns.add(static_cast<std::uint64_t>(run.cpu_ns) * kTimedEvery);
    counts.wall_ns.add(static_cast<std::uint64_t>(wall_ns) * kTimedEvery);
  }
  if (x.space->times == nullptr) return;
  x.space->times->add(
      x.arena.make<exchange::StepTime>(key_, word(run.phase), wall_ns / 1000, run.cpu_ns / 1000));
}

bool PolicyStep::would_end(Phase phase) const {
  return shadow_ && on_error_ != config::OnError::allow && phase != Phase::log;
}

void PolicyStep::disagree(Exchange& x, Phase phase, const Verdict& verdict,
                          const std::vector<Heard>& heard) {
  ++worker(x).counts->disagreed;
  keep(x, phase, verdict, heard);
  observe::log().write(observe::Event::policy_disagrees, {{"policy", key_},
                                                          {"rule", x.rule},
                                                          {"status", verdict.status},
                                                          {"method", x.request.method_text},
                                                          {"host", x.request.host},
                                                          {"path", x.request.path},
                                                          {"request_id", x.id}});
}

void PolicyStep::keep(Exchange& x, Phase phase, const Verdict& verdict,
                      const std::vector<Heard>& heard) {
  Worker& here = worker(x);
  event::Loop& loop = x.space->services->loop();
  const std::int64_t second = loop.now().us / 1'000'000;
  if (std::exchange(here.second, second) != second) here.kept = 0;
  if (here.kept == kKeptASecond) return;
  ++here.kept;
  Disagreement one = disagreement_of(x, word(phase), verdict, loop.wall_us());
  one.heard = heard;
  state_->disagreements().add(content_, std::move(one));
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
  Worker& here = worker(x);
  if (shadow_) {
    here.cancelled = run.phase;
    here.heard = std::move(run.heard);
  }
  if (run.began_ns != 0) note_time(x, run);
  here.script->add_growth(run.growth);
  here.vm->vm.finish(run);
}

bool PolicyStep::on_deadline(Exchange& x) {
  count_failure(x, Cause::wall);
  Worker& here = worker(x);
  const std::vector<Heard> heard = std::exchange(here.heard, {});
  if (would_end(here.cancelled))
    disagree(x, here.cancelled,
             Verdict::answer(row(Reason::step_timeout).status, Reason::step_timeout), heard);
  observe::log().write(observe::Event::step_late,
                       {{"step", key_}, {"rule", x.rule}, {"milliseconds", deadline_.count()}});
  return shadow_ || on_error_ == config::OnError::allow;
}

}  // namespace gatehouse::policy
