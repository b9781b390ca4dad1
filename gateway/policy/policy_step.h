// A policy with its parameters and its budget, as a step of chains.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "config/spec.h"
#include "plugin/chain.h"
#include "policy/heard.h"
#include "policy/policy_state.h"
#include "policy/scheduler.h"
#include "policy/script.h"
#include "policy/worker_vm.h"

namespace gatehouse::policy {

// Thread: made and destroyed by control; started, stopped and called by every worker.
class PolicyStep final : public plugin::Step, private Waiter {
 public:
  PolicyStep(const config::PluginUse& use, std::shared_ptr<const Script> script,
             std::uint64_t content);

  // What decides what it does: script, parameters, budget.
  [[nodiscard]] static std::uint64_t content_of(const config::PluginUse& use, const Script& script);
  [[nodiscard]] std::uint64_t content() const { return content_; }

  [[nodiscard]] std::uint32_t phases() const override;
  exchange::Verdict on_request(exchange::Exchange& x) override { return run(x, Phase::request); }
  exchange::Verdict on_response(exchange::Exchange& x) override { return run(x, Phase::response); }
  exchange::Verdict on_log(exchange::Exchange& x) override { return run(x, Phase::log); }
  void on_cancel(exchange::Exchange& x) override;
  bool on_deadline(exchange::Exchange& x) override;
  [[nodiscard]] bool expects() const override { return true; }
  void expect(exchange::Exchange& x) override { __builtin_prefetch(&worker(x)); }
  [[nodiscard]] Millis deadline() const override { return deadline_; }
  [[nodiscard]] std::string_view name() const override { return key_; }
  [[nodiscard]] std::uint64_t serial() const override { return content_; }
  void start(exchange::Services& services) override;
  void stop(exchange::Services& services) override;

 private:
  // What a worker has of it.
  struct Worker {
    std::shared_ptr<WorkerVm> vm;
    std::shared_ptr<LoadedScript> script;
    int with = LUA_NOREF;
    RunCounts* counts = nullptr;
    std::int64_t second = 0;  // in which the last disagreement was kept, and how many were
    unsigned kept = 0;
    // Of the run that was cancelled last, in shadow: its deadline may have passed.
    Phase cancelled = Phase::log;
    std::vector<Heard> heard;
  };
  static constexpr std::size_t kMostWorkers = 256;

  exchange::Verdict run(exchange::Exchange& x, Phase phase);
  exchange::Verdict settle(Run& run, Vm::Outcome outcome);
  exchange::Verdict failed(exchange::Exchange& x, Ending ending, std::string_view failure);
  // What a failure means to the exchange.
  [[nodiscard]] exchange::Verdict verdict_of_failure() const;
  void count_failure(exchange::Exchange& x, Cause cause);
  void note_time(exchange::Exchange& x, const Run& run);
  // What a policy in shadow would have done; its request goes on.
  void disagree(exchange::Exchange& x, Phase phase, const exchange::Verdict& verdict,
                const std::vector<Heard>& heard);
  // Whether failing would have ended the request.
  [[nodiscard]] bool would_end(Phase phase) const;
  // For tests to be made of it.
  void keep(exchange::Exchange& x, Phase phase, const exchange::Verdict& verdict,
            const std::vector<Heard>& heard);
  void settled(Run& run, Vm::Outcome outcome) override;
  [[nodiscard]] Worker& worker(exchange::Exchange& x) {
    return *workers_[x.space->services->number];
  }

  const std::shared_ptr<const Script> script_;
  const std::shared_ptr<const config::PluginValues> values_;
  const std::string key_;
  const std::uint64_t content_;
  const Millis deadline_;
  const config::OnError on_error_;
  const Budget budget_;
  const config::PolicyBreaker breaker_;
  const bool shadow_;
  const std::shared_ptr<PolicyState> state_;
  std::array<std::unique_ptr<Worker>, kMostWorkers> workers_;  // each made by its own
};

}  // namespace gatehouse::policy
