#include "proxy/explain_steps.h"

#include <algorithm>

#include "base/ascii.h"

namespace gatehouse::proxy {
namespace {

using plugin::Phase;

class Walk {
 public:
  Walk(const plugin::Chain& chain, exchange::Exchange& x) : chain_(chain), x_(x) {}

  // False: one of the steps would answer.
  bool goes_on(Phase phase) {
    for (std::size_t i = 0; i < chain_.size(phase); ++i) {
      plugin::Explained would;
      const plugin::Step& step = chain_.step(phase, i);
      if (!step.explain(phase, x_, would)) {
        add_silent(step.name());
        continue;
      }
      const bool answers = phase != Phase::response && would.answers != 0;
      if (answers) {
        out_.answered_by = step.name();
        out_.status = would.answers;
      }
      // Before there is an answer there is nothing to edit but the step's own.
      if (answers || phase == Phase::response) edit(would);
      if (!would.says.empty() || answers || !would.fields.empty())
        out_.said.push_back({phase, std::string(step.name()), std::move(would)});
      if (answers) return false;
    }
    return true;
  }
  void serve() {
    plugin::Explained would;
    const plugin::Step* handler = chain_.handler();
    if (handler == nullptr || !handler->explain(Phase::serve, x_, would)) return;
    if (!would.says.empty() || would.answers != 0)
      out_.said.push_back({Phase::serve, std::string(handler->name()), std::move(would)});
  }
  StepsExplained result() { return std::move(out_); }

 private:
  void add_silent(std::string_view name) {
    if (std::find(out_.silent.begin(), out_.silent.end(), name) == out_.silent.end())
      out_.silent.emplace_back(name);
  }
  void edit(const plugin::Explained& would) {
    for (const auto& [name, value] : would.fields) {
      const std::string& field = name;
      const auto same = [&](std::string_view other) {
        return ascii::equals_ignoring_case(other, field);
      };
      std::erase_if(out_.sets, [&](const auto& set) { return same(set.first); });
      std::erase_if(out_.removes, same);
      if (value)
        out_.sets.emplace_back(name, *value);
      else
        out_.removes.push_back(name);
    }
  }
  const plugin::Chain& chain_;
  exchange::Exchange& x_;
  StepsExplained out_;
};

}  // namespace

StepsExplained explain_steps(const plugin::Chain& chain, exchange::Exchange& x, bool acts) {
  Walk walk(chain, x);
  if (acts && walk.goes_on(Phase::preflight) && walk.goes_on(Phase::request)) walk.serve();
  static_cast<void>(walk.goes_on(Phase::response));
  return walk.result();
}

}  // namespace gatehouse::proxy
