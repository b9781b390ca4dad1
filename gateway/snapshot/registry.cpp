#include "snapshot/registry.h"

#include <algorithm>

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

Lease Registry::rule(const std::string& name) {
  return std::make_shared<const SlotLease>(metrics_, Kind::rule, observe::Labels{{"rule", name}});
}

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
  std::erase_if(target_states_, expired);
}

}  // namespace gatehouse::snapshot
