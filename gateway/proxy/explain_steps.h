// What the steps of a rule say that they would do with a request, without one of them running.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exchange/exchange.h"
#include "plugin/chain.h"

namespace gatehouse::proxy {

struct StepWords {
  plugin::Phase phase;
  std::string step;
  plugin::Explained would;
};

struct StepsExplained {
  // By those that say something, in the order in which they run; the handler among them.
  std::vector<StepWords> said;
  std::vector<std::string> silent;  // that run before the action and do not say what they would do
  // The first step that would answer in place of the action.
  std::string answered_by;
  std::uint16_t status = 0;
  // Fields of the answer that the client gets which steps set, in order; and those that they take
  // out of whatever answer there is.
  std::vector<std::pair<std::string, std::string>> sets;
  std::vector<std::string> removes;
};

// `acts`: false: something was refused before the first step.
[[nodiscard]] StepsExplained explain_steps(const plugin::Chain& chain, exchange::Exchange& x,
                                           bool acts);

}  // namespace gatehouse::proxy
