// Names of targets and stores, looked up again and again without making anybody wait.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "event/loop.h"
#include "event/timer.h"
#include "net/address.h"
#include "net/resolver.h"
#include "snapshot/snapshot.h"

namespace gatehouse::control {

// Thread: control.
class Names {
 public:
  // In place of a group's slot: the name is a store's.
  static constexpr std::uint32_t kStore = UINT32_MAX;
  // `changed(group slot, target, addresses)` when a target has other addresses than before.
  using Changed = std::function<void(std::uint32_t, const std::string&, std::vector<net::Address>)>;
  Names(event::Loop& loop, net::Resolver& resolver, Changed changed);
  ~Names();

  // Looks up what `snapshot` names and forgets the rest.  A name that fails keeps the addresses
  // that it had.
  void follow(const snapshot::Snapshot& snapshot);
  struct Known {
    std::vector<net::Address> addresses;
    std::string error;  // of the last look-up; "": it went well
  };
  [[nodiscard]] const Known* find(const std::string& target) const;

 private:
  struct Entry;
  void look_up(Entry& entry);
  void answered(Entry& entry, Result<net::Resolved> answer);

  event::Loop& loop_;
  net::Resolver& resolver_;
  Changed changed_;
  std::map<std::string, std::unique_ptr<Entry>> entries_;  // by the target's text
};

}  // namespace gatehouse::control
