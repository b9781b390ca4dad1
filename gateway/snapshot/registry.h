// Numbers and shared state that outlive a generation: by name, kept while anything uses the name.
// Thread: control.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "observe/metrics.h"
#include "plugin/hosted_step.h"
#include "policy/policy_step.h"
#include "snapshot/snapshot.h"
#include "upstream/target_state.h"

namespace gatehouse::snapshot {

// A type of step that is neither a plugin's nor a policy's: it hands out its own.
class OwnStep {
 public:
  [[nodiscard]] virtual std::shared_ptr<plugin::Step> step() const = 0;

 protected:
  ~OwnStep() = default;
};

class Registry {
 public:
  explicit Registry(observe::Metrics& metrics) : metrics_(metrics) {}

  // For leases of rules: those of one name have one slot, for as long as there is one of them.
  [[nodiscard]] observe::Metrics& metrics() { return metrics_; }
  // The same of groups and targets.
  [[nodiscard]] Lease group(const std::string& name);
  [[nodiscard]] Lease target(const std::string& group, const std::string& text);
  [[nodiscard]] std::shared_ptr<upstream::GroupState> group_state(const std::string& group);
  [[nodiscard]] std::shared_ptr<upstream::TargetState> target_state(const std::string& group,
                                                                    const std::string& text);
  // A listener's number: the same for the same name for ever, since names of listeners are few.
  [[nodiscard]] std::uint32_t listener(const std::string& name);
  [[nodiscard]] std::shared_ptr<ListenerState> listener_state(std::uint32_t slot);
  // The step that a plugin or a policy with that configuration is: the same object while neither it
  // nor the plugin's file changes.
  [[nodiscard]] std::shared_ptr<plugin::Step> step(const config::PluginUse& use);
  // Steps that are alive, by their names, for the scrape.
  [[nodiscard]] std::vector<std::shared_ptr<const plugin::HostedStep>> steps() const;
  // Forgets the names that nothing uses any more; after a build.
  void sweep();

 private:
  [[nodiscard]] std::shared_ptr<policy::PolicyStep> policy(
      const config::PluginUse& use, std::shared_ptr<const policy::Script> script);

  template <typename T>
  using ByName = std::unordered_map<std::string, std::weak_ptr<T>>;

  observe::Metrics& metrics_;
  ByName<const SlotLease> groups_;
  ByName<const SlotLease> targets_;
  ByName<upstream::GroupState> group_states_;
  ByName<upstream::TargetState> target_states_;
  // Several of a name: what a reload replaces lives on until its last exchange has ended.
  std::unordered_map<std::string, std::vector<std::weak_ptr<plugin::HostedStep>>> steps_;
  ByName<policy::PolicyStep> policies_;
  std::vector<std::string> listeners_;
  std::vector<std::shared_ptr<ListenerState>> listener_states_;
};

}  // namespace gatehouse::snapshot
