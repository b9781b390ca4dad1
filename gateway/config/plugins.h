// Plugins as a configuration sees them: a table, and somewhere to put the values.  The room
// `plugin` loads them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/spec.h"
#include "config/table.h"

namespace gatehouse::config {

class Source;

// A loaded plugin, or a policy.
class PluginType {
 public:
  virtual ~PluginType() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // The keys of `with`; it lasts as long as this.
  [[nodiscard]] virtual Table table() const { return {}; }
  // With its defaults.
  [[nodiscard]] virtual std::shared_ptr<PluginValues> make() const = 0;
  // Reads `with` into it.
  virtual void read(Reader& reader, const Node& with, PluginValues& values) const = 0;
  // What the plugin itself says about `values`; `path` is that of a key.
  using Report = std::function<void(bool is_warning, std::string_view path,
                                    std::string_view message, std::string_view hint)>;
  virtual void check(const PluginValues& values, const Report& report) const = 0;

  [[nodiscard]] virtual bool is_step() const = 0;
  [[nodiscard]] virtual bool serves() const = 0;
  // Has phases that this gateway does not run yet.
  [[nodiscard]] virtual bool has_socket_phases() const = 0;
  [[nodiscard]] virtual bool gives_identity(const PluginValues& values) const = 0;
  [[nodiscard]] virtual bool needs_identity(const PluginValues& values) const = 0;
  // May send a request to another target group than its rule says.
  [[nodiscard]] virtual bool chooses_group() const { return false; }
  // How long its waits may take where the file does not say.
  [[nodiscard]] virtual Millis deadline() const { return PluginUse{}.deadline; }
  // Header fields by which it tells targets who the client is.
  [[nodiscard]] virtual std::vector<std::string> identity_fields(const PluginValues&) const {
    return {};
  }
};

// One that was looked for.
struct FoundPlugin {
  std::shared_ptr<const PluginType> type;
  std::string why;  // there is one, and it cannot be loaded; "" and no type: there is none
  std::string hint;
};

// Where policies come from.
class Policies {
 public:
  virtual ~Policies() = default;
  // The policy in that file, whose path starts at the folder of routes.yaml; if there is none,
  // `why` says so.
  virtual FoundPlugin find(const std::string& script, const Source& source) = 0;
  // What policies may read of the environment, by name; before anything is looked for.
  virtual void allow(std::vector<std::pair<std::string, std::string>> environment) = 0;
};

// Where plugins come from.
class Plugins {
 public:
  virtual ~Plugins() = default;
  // The folders of `plugin_path`, as written: they start at the file's folder.  Returns those that
  // are not there.
  virtual std::vector<std::string> search(const std::vector<std::string>& folders) = 0;
  using Found = FoundPlugin;
  virtual Found find(const std::string& name) = 0;
  // Every name that `find` could be asked for, for hints.
  [[nodiscard]] virtual std::vector<std::string> names() const = 0;
};

}  // namespace gatehouse::config
