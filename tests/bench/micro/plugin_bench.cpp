// room: plugin
// Claim: what crosses to a plugin that passes and back takes at most 2.5 ns, and with the step of
// the chain around it at most 8 ns.
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
  [[nodiscard]] client::Redis* redis_named(std::string_view) override { return nullptr; }

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
  state.counters["at_most_ns"] = 8;
}
BENCHMARK(passes);

void crosses(benchmark::State& state) {
  const auto self = std::filesystem::read_symlink("/proc/self/exe");
  Catalog catalog({(self.parent_path() / "plugins").string()});
  const auto type = catalog.find("plain").type;
  const gh_plugin& plugin = std::dynamic_pointer_cast<const Module>(type)->plugin();
  const auto values = type->make();
  void* object = plugin.make(values->config.get(), nullptr);
  Alone x;
  auto* raw = reinterpret_cast<gh_exchange*>(&x);
  for (auto _ : state)
    benchmark::DoNotOptimize(plugin.call[GH_REQUEST](object, raw, nullptr, nullptr));
  plugin.free(object);
  state.counters["at_most_ns"] = 2.5;
}
BENCHMARK(crosses);

}  // namespace
}  // namespace gatehouse::plugin

BENCHMARK_MAIN();
