#include "snapshot/registry.h"

#include <algorithm>

namespace gatehouse::snapshot {

std::shared_ptr<const SlotTable::Slot> SlotTable::take(const std::string& name) {
  auto& known = by_name_[name];
  if (auto slot = known.lock()) return slot;
  while (maybe_free_ < used_.size() && used_[maybe_free_] != nullptr) ++maybe_free_;
  const auto number = static_cast<std::uint32_t>(maybe_free_);
  if (maybe_free_ == used_.size()) used_.push_back(nullptr);
  auto slot = std::make_shared<const Slot>(shared_from_this(), name, number);
  used_[number] = slot.get();
  known = slot;
  return slot;
}

std::string_view SlotTable::name_of(std::uint32_t number) const {
  return number < used_.size() && used_[number] != nullptr ? std::string_view(used_[number]->name())
                                                           : std::string_view();
}

void SlotTable::release(const std::string& name, std::uint32_t number) {
  used_[number] = nullptr;
  maybe_free_ = std::min<std::size_t>(maybe_free_, number);
  const auto at = by_name_.find(name);
  if (at != by_name_.end() && at->second.expired()) by_name_.erase(at);
  while (!used_.empty() && used_.back() == nullptr) used_.pop_back();
}

namespace {

template <typename State>
std::shared_ptr<State> find_or_make(std::unordered_map<std::string, std::weak_ptr<State>>& states,
                                    const std::string& key) {
  auto& known = states[key];
  if (auto state = known.lock()) return state;
  auto state = std::make_shared<State>();
  states[key] = state;
  return state;
}

}  // namespace

Registry::Registry()
    : listeners(std::make_shared<SlotTable>()),
      rules(std::make_shared<SlotTable>()),
      groups(std::make_shared<SlotTable>()),
      targets(std::make_shared<SlotTable>()) {}

std::shared_ptr<upstream::GroupState> Registry::group_state(const std::string& group) {
  return find_or_make(group_states_, group);
}

std::shared_ptr<upstream::TargetState> Registry::target_state(const std::string& group_and_target) {
  return find_or_make(target_states_, group_and_target);
}

void Registry::sweep() {
  const auto expired = [](const auto& entry) { return entry.second.expired(); };
  std::erase_if(group_states_, expired);
  std::erase_if(target_states_, expired);
}

}  // namespace gatehouse::snapshot
