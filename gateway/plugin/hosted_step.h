// A plugin with a configuration, as a step of chains.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "config/spec.h"
#include "observe/prometheus.h"
#include "plugin/chain.h"
#include "plugin/module.h"
#include "plugin/step_state.h"

namespace gatehouse::plugin {

// Owns: the plugin's Shared and an object per worker; keeps the module loaded.
// Thread: made, prepared and destroyed by control; called by every worker.
class HostedStep final : public Step {
 public:
  HostedStep(const config::PluginUse& use, std::shared_ptr<const Module> module,
             std::uint64_t content, std::shared_ptr<HostedStep> previous);
  ~HostedStep() override;

  // The same name, module and configuration: the same step.
  [[nodiscard]] std::uint64_t content() const { return content_; }
  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] StepState& state() const { return *state_; }

  [[nodiscard]] std::uint32_t phases() const override;
  exchange::Verdict on_preflight(exchange::Exchange& x) override {
    return call(GH_PREFLIGHT, x, nullptr);
  }
  exchange::Verdict on_request(exchange::Exchange& x) override {
    return call(GH_REQUEST, x, nullptr);
  }
  exchange::Verdict on_response(exchange::Exchange& x) override {
    return call(GH_RESPONSE, x, nullptr);
  }
  exchange::Verdict on_log(exchange::Exchange& x) override { return call(GH_LOG, x, nullptr); }
  exchange::Verdict on_serve(exchange::Exchange& x) override { return call(GH_SERVE, x, nullptr); }
  exchange::Verdict on_piece(exchange::Exchange& x, Phase phase, Piece& piece) override;
  void on_cancel(exchange::Exchange& x) override;
  bool on_deadline(exchange::Exchange& x) override;
  [[nodiscard]] bool expects() const override { return plugin_.expect != nullptr; }
  void expect(exchange::Exchange& x) override;
  bool explain(Phase phase, exchange::Exchange& x, Explained& out) const override;
  [[nodiscard]] std::string lacks() const override;
  [[nodiscard]] Millis deadline() const override { return deadline_; }
  [[nodiscard]] std::string_view name() const override { return key_; }
  [[nodiscard]] std::uint64_t serial() const override { return serial_; }
  [[nodiscard]] std::string prepare(unsigned workers) override;
  void start(exchange::Services& services) override;
  void stop(exchange::Services& services) override;

  // What a call or a resumption that returned `kind` (gh_verdict) means.
  exchange::Verdict decided(std::uint32_t kind, exchange::Exchange& x);

  // A metric of the plugin, summed over the workers' objects: as gh_plugin::read_metric.
  // Added to `out`.
  void read_metric(std::size_t index, StepState::Counts& out) const;
  // What one of a plugin's metrics is called in StepState::counted.
  [[nodiscard]] static std::string metric_key(const gh_metric& metric);

 private:
  static constexpr std::size_t kMostWorkers = 256;
  exchange::Verdict call(gh_phase phase, exchange::Exchange& x, gh_body* body);
  exchange::Verdict failed(exchange::Exchange& x);
  void keep_counts();
  void* memo(exchange::Exchange& x);

  std::shared_ptr<const Module> module_;
  const gh_plugin& plugin_;
  std::shared_ptr<config::PluginValues> values_;
  const std::string key_;
  const std::uint64_t content_;
  const std::uint64_t serial_;
  const Millis deadline_;
  const config::OnError on_error_;
  std::shared_ptr<StepState> state_;
  std::shared_ptr<HostedStep> previous_;  // until this one is prepared
  void* shared_ = nullptr;
  std::array<void*, kMostWorkers> objects_{};
};

// Ends what steps keep in an exchange.
void free_records(exchange::Exchange& x);

}  // namespace gatehouse::plugin
