// A plugin's shared object in this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/plugins.h"
#include "include/gatehouse/abi.h"
#include "plugin/schema_table.h"
#include "plugin/stamp.h"

namespace gatehouse::plugin {

// Loaded from a private copy of the file's bytes, so that the file may be written over, or another
// version of it be loaded beside; unloaded when the last that uses it is gone.
// Thread: control; what it says is constant.
class Module final : public config::PluginType, public std::enable_shared_from_this<Module> {
 public:
  // `bytes` are those of `path`, which is called `name`.  None of its code runs unless its stamp
  // fits.
  [[nodiscard]] static tl::expected<std::shared_ptr<Module>, Refusal> load(const std::string& name,
                                                                           const std::string& path,
                                                                           std::string_view bytes);
  ~Module() override;

  [[nodiscard]] const gh_plugin& plugin() const { return plugin_; }
  // Where the file lies.
  [[nodiscard]] const std::string& path() const { return path_; }
  // Hash of the file: the same plugin in another version is another module.
  [[nodiscard]] std::uint64_t content() const { return content_; }

  [[nodiscard]] std::string_view name() const override { return name_; }
  [[nodiscard]] config::Table table() const override { return table_->table(); }
  [[nodiscard]] std::shared_ptr<config::PluginValues> make() const override;
  void read(config::Reader& reader, const config::Node& with,
            config::PluginValues& values) const override;
  void check(const config::PluginValues& values, const Report& report) const override;
  [[nodiscard]] bool is_step() const override;
  [[nodiscard]] bool serves() const override;
  [[nodiscard]] bool has_socket_phases() const override;
  [[nodiscard]] bool gives_identity(const config::PluginValues& values) const override;
  [[nodiscard]] bool needs_identity(const config::PluginValues& values) const override;
  [[nodiscard]] Millis deadline() const override;
  [[nodiscard]] std::vector<std::string> identity_fields(
      const config::PluginValues& values) const override;

 private:
  Module(int fd, void* handle) : fd_(fd), handle_(handle) {}

  int fd_;  // kept: the loader knows the copy by its path, which must not come to be another's
  void* handle_;
  std::string name_;
  std::string path_;
  std::uint64_t content_ = 0;
  gh_plugin plugin_{};
  std::unique_ptr<SchemaTable> table_;
};

}  // namespace gatehouse::plugin
