// Numbers and shared state that outlive a generation: by name, kept while any living snapshot uses the name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "upstream/target_state.h"

namespace gatehouse::snapshot {

// Hands out small numbers for names, the lowest free one first; a number is free again when its last holder is gone.
// Thread: control; a Slot may be released from there only (snapshots die there).
class SlotTable : public std::enable_shared_from_this<SlotTable> {
 public:
  class Slot {
   public:
    Slot(std::shared_ptr<SlotTable> table, std::string name, std::uint32_t number)
        : table_(std::move(table)), name_(std::move(name)), number_(number) {}
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot() { table_->release(name_, number_); }
    [[nodiscard]] std::uint32_t number() const { return number_; }
    [[nodiscard]] const std::string& name() const { return name_; }

   private:
    std::shared_ptr<SlotTable> table_;
    std::string name_;
    std::uint32_t number_;
  };

  // The number of `name`: the one it has, or a free one.
  [[nodiscard]] std::shared_ptr<const Slot> take(const std::string& name);
  // One more than the highest number in use.
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(used_.size()); }
  // The name that has a number, or "".
  [[nodiscard]] std::string_view name_of(std::uint32_t number) const;

 private:
  void release(const std::string& name, std::uint32_t number);

  std::unordered_map<std::string, std::weak_ptr<const Slot>> by_name_;
  std::vector<const Slot*> used_;
  std::size_t maybe_free_ = 0;  // nothing below it is free
};

// Thread: control.
class Registry {
 public:
  Registry();

  [[nodiscard]] std::shared_ptr<upstream::GroupState> group_state(const std::string& group);
  [[nodiscard]] std::shared_ptr<upstream::TargetState> target_state(const std::string& group_and_target);

  std::shared_ptr<SlotTable> listeners;
  std::shared_ptr<SlotTable> rules;
  std::shared_ptr<SlotTable> groups;
  std::shared_ptr<SlotTable> targets;  // "GROUP TARGET"

  // Forgets the names whose state nobody holds any more; called after a build.
  void sweep();

 private:
  std::unordered_map<std::string, std::weak_ptr<upstream::GroupState>> group_states_;
  std::unordered_map<std::string, std::weak_ptr<upstream::TargetState>> target_states_;
};

}  // namespace gatehouse::snapshot
