// The plugins that a file may use: the gateway's own, and those on its `plugin_path`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/table.h"
#include "plugin/module.h"

namespace gatehouse::app {

struct FoundPlugin {
  std::string name;
  std::shared_ptr<const plugin::Module> module;  // null: it cannot be loaded
  std::string why;                               // which says why
};

// Sorted by name.  Without `./routes.yaml` they are the gateway's own; a file that was named and is
// not there is an error.
[[nodiscard]] Result<std::vector<FoundPlugin>> found_plugins(const std::string& file);
// The tables of those that could be loaded, as sections called as the plugins are; they last as
// long as `found`.
[[nodiscard]] std::vector<config::Shape> sections_of(const std::vector<FoundPlugin>& found);

}  // namespace gatehouse::app
