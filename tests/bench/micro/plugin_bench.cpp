// room: plugin
// Claim: the call of a step that passes takes at most 5 ns, from the chain through the table to the
// plugin and back.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "plugin/catalog.h"
#include "plugin/hosted_step.h"

namespace gatehouse::plugin {
namespace {

class Alone final : public exchange::Exchange {
 public:
  [[nodiscard]] exchange::Ticket ticket() override { return {}; }
};

class OneWorker final : public exchange::Services {
 public:
  [[nodiscard]] event::Loop& loop() override { return loop_; }
  [[nodiscard]] exchange::WaitTable& waits() override { return waits_; }
  [[nodiscard]] exchange::Callee group_named(std::string_view) override { return {}; }

 private:
  SystemClock clock_;
  event::Loop loop_{clock_};
  exchange::WaitTable waits_;
};

std::shared_ptr<HostedStep> step_of(const std::string& name) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  Catalog catalog({(self.parent_path() / "plugins").string()});
  config::PluginUse use;
  use.key = name;
  use.type = catalog.find(name).type;
  use.values = use.type->make();
  auto module = std::dynamic_pointer_cast<const Module>(use.type);
  auto step = std::make_shared<HostedStep>(use, module, 0, nullptr);
  if (!step->prepare(1).empty()) std::abort();
  return step;
}

void passes(benchmark::State& state) {
  OneWorker worker;
  Alone x;
  exchange::StepSpace space;
  space.services = &worker;
  x.space = &space;
  const Chain chain({step_of("plain")});
  for (auto _ : state) benchmark::DoNotOptimize(chain.step(Phase::request, 0).on_request(x));
  state.counters["at_most_ns"] = 5;
}
BENCHMARK(passes);

}  // namespace
}  // namespace gatehouse::plugin

BENCHMARK_MAIN();
