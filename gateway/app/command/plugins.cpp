#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/found_plugins.h"
#include "app/read_config.h"
#include "plugin/chain.h"
#include "plugin/host.h"

namespace gatehouse::app {
namespace {

std::vector<std::string> phases_of(const gh_plugin& plugin) {
  constexpr std::string_view kSockets[] = {"socket_open", "socket_message", "serve_socket"};
  std::vector<std::string> out;
  for (std::size_t i = 0; i < GH_PHASE_COUNT; ++i) {
    if ((plugin.phases & 1U << i) == 0) continue;
    out.emplace_back(i < plugin::kPhaseCount ? plugin::word(static_cast<plugin::Phase>(i))
                                             : kSockets[i - plugin::kPhaseCount]);
  }
  return out;
}

void print_json(const std::vector<FoundPlugin>& found) {
  auto out = nlohmann::json::array();
  for (const auto& each : found) {
    if (each.module == nullptr) {
      out.push_back({{"name", each.name}, {"refused", each.why}});
      continue;
    }
    const gh_plugin& plugin = each.module->plugin();
    out.push_back({{"name", each.name},
                   {"version", plugin::view(plugin.version)},
                   {"doc", plugin::view(plugin.doc)},
                   {"phases", phases_of(plugin)},
                   {"file", each.module->path()}});
  }
  std::puts(out.dump(2).c_str());
}

void print_text(const std::vector<FoundPlugin>& found) {
  for (const auto& each : found) {
    if (each.module == nullptr) {
      std::printf("%-16s refused: %s\n", each.name.c_str(), each.why.c_str());
      continue;
    }
    const gh_plugin& plugin = each.module->plugin();
    std::printf("%-16s %-8s %s\n", each.name.c_str(),
                std::string(plugin::view(plugin.version)).c_str(),
                std::string(plugin::view(plugin.doc)).c_str());
    std::string phases;
    for (const auto& phase : phases_of(plugin)) phases += (phases.empty() ? "" : ", ") + phase;
    std::printf("%-25s %s\n%-25s %s\n", "", phases.c_str(), "", each.module->path().c_str());
  }
}

}  // namespace

int run_plugins(const Arguments& arguments) {
  const auto found = found_plugins(arguments.config);
  if (!found) return failed(arguments, found.error());
  arguments.json ? print_json(*found) : print_text(*found);
  return kFine;
}

}  // namespace gatehouse::app
