#include "policy/worker_vm.h"

namespace gatehouse::policy {
namespace {
thread_local std::weak_ptr<WorkerVm> here_;
}

std::shared_ptr<WorkerVm> WorkerVm::here() {
  auto vm = here_.lock();
  if (vm != nullptr) return vm;
  vm = std::make_shared<WorkerVm>();
  here_ = vm;
  return vm;
}

std::shared_ptr<const LoadedScript> WorkerVm::load(const Script& script) {
  std::erase_if(scripts, [](const auto& entry) { return entry.second.expired(); });
  auto& known = scripts[script.content()];
  auto loaded = known.lock();
  if (loaded != nullptr) return loaded;
  loaded = std::make_shared<const LoadedScript>(vm, script);
  known = loaded;
  return loaded;
}

}  // namespace gatehouse::policy
