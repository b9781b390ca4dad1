#include "app/found_plugins.h"

#include <algorithm>
#include <filesystem>

#include "app/command.h"
#include "app/read_config.h"
#include "config/source.h"
#include "plugin/catalog.h"

namespace gatehouse::app {

Result<std::vector<FoundPlugin>> found_plugins(const std::string& file) {
  plugin::Catalog catalog;
  const bool is_named = file != Arguments{}.config;
  if (is_named || std::filesystem::exists(file)) {
    const auto bytes = read_file(file);
    if (!bytes) return tl::make_unexpected(bytes.error());
    // Whatever else the file says, its `plugin_path` is where the catalogue looks then.
    const config::SystemSource source(std::filesystem::path(file).parent_path().string());
    static_cast<void>(config::load(*bytes, source, &catalog));
  }
  std::vector<std::string> names = catalog.names();
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::vector<FoundPlugin> out;
  for (auto& name : names) {
    auto found = catalog.find(name);
    auto module = std::static_pointer_cast<const plugin::Module>(found.type);
    out.push_back({std::move(name), std::move(module), std::move(found.why)});
  }
  return out;
}

std::vector<config::Shape> sections_of(const std::vector<FoundPlugin>& found) {
  std::vector<config::Shape> out;
  for (const auto& each : found) {
    if (each.module == nullptr) continue;
    out.push_back({config::Shape::Kind::section, each.module->name(), each.module->table()});
  }
  return out;
}

}  // namespace gatehouse::app
