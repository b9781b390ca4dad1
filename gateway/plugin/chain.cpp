#include "plugin/chain.h"

#include <algorithm>

namespace gatehouse::plugin {

std::string_view word(Phase phase) {
  constexpr std::string_view kWords[kPhaseCount] = {
      "preflight", "request", "request_body", "response", "response_body", "log", "serve"};
  return kWords[static_cast<std::size_t>(phase)];
}

Chain::Chain(std::vector<std::shared_ptr<Step>> steps, Millis deadline,
             std::shared_ptr<Step> handler)
    : deadline_(deadline), steps_(std::move(steps)), handler_(std::move(handler)) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    begin_[i] = static_cast<std::uint32_t>(many_.size());
    if (phase == Phase::serve) {
      if (handler_ != nullptr) many_.push_back(handler_.get());
      continue;
    }
    for (const auto& step : steps_) {
      if ((step->phases() & bit(phase)) != 0) many_.push_back(step.get());
    }
    const bool outward =
        phase == Phase::response || phase == Phase::response_body || phase == Phase::log;
    if (outward) std::reverse(many_.begin() + begin_[i], many_.end());
  }
  begin_.back() = static_cast<std::uint32_t>(many_.size());
  for (const auto& step : steps_) {
    if (step->expects()) many_.push_back(step.get());
  }
  size_ = static_cast<std::uint32_t>(many_.size());
  if (size_ <= few_.size()) {
    std::copy(many_.begin(), many_.end(), few_.begin());
    many_ = {};
  }
  order_ = size_ <= few_.size() ? few_.data() : many_.data();
}

std::vector<PhaseSteps> steps_by_phase(const Chain& chain) {
  std::vector<PhaseSteps> out;
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    if (phase == Phase::serve || chain.empty(phase)) continue;
    auto& [_, names] = out.emplace_back(PhaseSteps{std::string(word(phase)), {}});
    for (std::size_t step = 0; step < chain.size(phase); ++step)
      names.emplace_back(chain.step(phase, step).name());
  }
  return out;
}

}  // namespace gatehouse::plugin
