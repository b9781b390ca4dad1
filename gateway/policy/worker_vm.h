// The state of the worker whose thread this is, and the policies in it.
#pragma once

#include <memory>
#include <unordered_map>

#include "policy/loading.h"
#include "policy/vm.h"

namespace gatehouse::policy {

// Thread: its worker's.
struct WorkerVm {
  Vm vm;
  // By content: routes that name the same file share its environment.
  std::unordered_map<std::uint64_t, std::weak_ptr<LoadedScript>> scripts;

  // That of this thread, which lives as long as anyone holds it.
  [[nodiscard]] static std::shared_ptr<WorkerVm> here();
  // After a run: if too much is kept, who has kept the most begins anew; else null.
  const LoadedScript* make_room();
  // Executes the script if it is not there.
  [[nodiscard]] std::shared_ptr<LoadedScript> load(const std::shared_ptr<const Script>& script);
};

}  // namespace gatehouse::policy
