#include "plugin/chain.h"

#include <algorithm>

namespace gatehouse::plugin {

Chain::Chain(std::vector<std::shared_ptr<Step>> steps, Millis deadline)
    : steps_(std::move(steps)), deadline_(deadline) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const auto phase = static_cast<Phase>(i);
    for (const auto& step : steps_) {
      if ((step->phases() & bit(phase)) != 0) phases_[i].push_back(step.get());
    }
    const bool outward =
        phase == Phase::response || phase == Phase::response_body || phase == Phase::log;
    if (outward) std::reverse(phases_[i].begin(), phases_[i].end());
  }
}

}  // namespace gatehouse::plugin
