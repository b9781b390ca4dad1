#include "plugin/step_state.h"

#include <map>
#include <mutex>

#include "observe/metrics.h"

namespace gatehouse::plugin {
namespace {

struct States {
  std::mutex mutex;
  std::vector<std::shared_ptr<StepState>> all;
};
States& states() {
  static States states;
  return states;
}

}  // namespace

std::shared_ptr<StepState> state_of_step(const std::string& name) {
  const std::lock_guard lock(states().mutex);
  for (const auto& state : states().all) {
    if (state->name == name) return state;
  }
  auto fresh = std::make_shared<StepState>(name);
  fresh->number = static_cast<std::uint32_t>(states().all.size());
  states().all.push_back(fresh);
  return fresh;
}

StepState* step_of_number(std::uint32_t number) {
  const std::lock_guard lock(states().mutex);
  return number < states().all.size() ? states().all[number].get() : nullptr;
}

void write_step_states(observe::Exposition& out) {
  const std::lock_guard lock(states().mutex);
  const auto family = [&](std::string_view word, std::string_view help,
                          std::atomic<std::uint64_t> StepState::*member) {
    out.family(word, observe::Exposition::Type::counter, help);
    for (const auto& state : states().all)
      out.sample(observe::label_text({{"step", state->name}}), ((*state).*member).load());
  };
  family("step_failures_total", "exceptions of a step", &StepState::failures);
  family("step_deadlines_total", "waits that a step did not end in time", &StepState::deadlines);
  family("step_late_answers_total", "resumptions that came when their wait was over",
         &StepState::late_answers);
  family("step_double_answers_total", "answers after the first of a call",
         &StepState::double_answers);
}

}  // namespace gatehouse::plugin
