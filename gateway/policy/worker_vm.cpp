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

std::shared_ptr<LoadedScript> WorkerVm::load(const std::shared_ptr<const Script>& script) {
  std::erase_if(scripts, [](const auto& entry) { return entry.second.expired(); });
  auto& known = scripts[script->content()];
  auto loaded = known.lock();
  if (loaded != nullptr) return loaded;
  loaded = std::make_shared<LoadedScript>(vm, script);
  known = loaded;
  return loaded;
}

const LoadedScript* WorkerVm::make_room() {
  if (!vm.is_large() || !vm.is_full()) return nullptr;
  std::shared_ptr<LoadedScript> most;
  for (const auto& [content, script] : scripts) {
    auto there = script.lock();
    if (there != nullptr && (most == nullptr || there->growth() > most->growth()))
      most = std::move(there);
  }
  if (most == nullptr) return nullptr;
  most->renew();
  lua_gc(vm.state(), LUA_GCCOLLECT, 0);
  return most.get();  // its steps keep it
}

}  // namespace gatehouse::policy
