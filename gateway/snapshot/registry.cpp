#include "snapshot/registry.h"

#include <algorithm>

#include "base/hash.h"

namespace gatehouse::snapshot {
namespace {

template <typename Map, typename Make>
auto find_or_make(Map& map, const std::string& key, Make make) {
  auto& known = map[key];
  if (auto there = known.lock()) return there;
  auto fresh = make();
  known = fresh;
  return fresh;
}

using Kind = observe::Metrics::Kind;

}  // namespace

Lease Registry::group(const std::string& name) {
  return find_or_make(groups_, name, [&]() -> Lease {
    return std::make_shared<const SlotLease>(metrics_, Kind::group,
                                             observe::Labels{{"group", name}});
  });
}

Lease Registry::target(const std::string& group, const std::string& text) {
  return find_or_make(targets_, group + ' ' + text, [&]() -> Lease {
    return std::make_shared<const SlotLease>(metrics_, Kind::target,
                                             observe::Labels{{"group", group}, {"target", text}});
  });
}

std::shared_ptr<upstream::GroupState> Registry::group_state(const std::string& group) {
  return find_or_make(group_states_, group,
                      [] { return std::make_shared<upstream::GroupState>(); });
}

std::shared_ptr<upstream::TargetState> Registry::target_state(const std::string& group,
                                                              const std::string& text) {
  return find_or_make(target_states_, group + ' ' + text,
                      [] { return std::make_shared<upstream::TargetState>(); });
}

std::shared_ptr<policy::PolicyStep> Registry::policy(const config::PluginUse& use,
                                                     std::shared_ptr<const policy::Script> script) {
  const std::uint64_t content = policy::PolicyStep::content_of(use, *script);
  return find_or_make(policies_, hash_text(content), [&] {
    return std::make_shared<policy::PolicyStep>(use, std::move(script), content);
  });
}

std::shared_ptr<plugin::Step> Registry::step(const config::PluginUse& use) {
  if (auto script = std::dynamic_pointer_cast<const policy::Script>(use.type))
    return policy(use, std::move(script));
  if (const auto* own = dynamic_cast<const OwnStep*>(use.type.get())) return own->step();
  auto module = std::dynamic_pointer_cast<const plugin::Module>(use.type);
  if (module == nullptr) return nullptr;
  const std::uint64_t content =
      hash64(std::to_string(module->content()) + ' ' + std::to_string(use.deadline.count()) + ' ' +
             std::to_string(static_cast<int>(use.on_error)) + ' ' + use.values->content);
  auto& known = steps_[use.key + ' ' + use.plugin.value];
  std::shared_ptr<plugin::HostedStep> previous;
  for (const auto& one : known) {
    auto there = one.lock();
    if (there == nullptr) continue;
    if (there->content() == content) return there;
    previous = std::move(there);
  }
  auto fresh = std::make_shared<plugin::HostedStep>(use, std::move(module), content, previous);
  known.push_back(fresh);
  return fresh;
}

std::vector<std::shared_ptr<const plugin::HostedStep>> Registry::steps() const {
  std::vector<std::shared_ptr<const plugin::HostedStep>> out;
  for (const auto& [name, known] : steps_) {
    for (const auto& one : known) {
      if (auto there = one.lock()) out.push_back(std::move(there));
    }
  }
  return out;
}

std::uint32_t Registry::listener(const std::string& name) {
  const auto at = std::find(listeners_.begin(), listeners_.end(), name);
  if (at != listeners_.end()) return static_cast<std::uint32_t>(at - listeners_.begin());
  listeners_.push_back(name);
  return static_cast<std::uint32_t>(listeners_.size() - 1);
}

std::shared_ptr<ListenerState> Registry::listener_state(std::uint32_t slot) {
  while (listener_states_.size() <= slot) {
    listener_states_.push_back(std::make_shared<ListenerState>());
  }
  return listener_states_[slot];
}

void Registry::sweep() {
  const auto expired = [](const auto& entry) { return entry.second.expired(); };
  std::erase_if(groups_, expired);
  std::erase_if(targets_, expired);
  std::erase_if(group_states_, expired);
  for (auto& [name, known] : steps_)
    std::erase_if(known, [](const auto& one) { return one.expired(); });
  std::erase_if(steps_, [](const auto& entry) { return entry.second.empty(); });
  std::erase_if(policies_, expired);
  std::erase_if(target_states_, expired);
}

}  // namespace gatehouse::snapshot
