// Where plugins are found: the gateway's own folder, then those of `plugin_path`.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/plugins.h"
#include "plugin/module.h"

namespace gatehouse::plugin {

// Remembers what is loaded: the same file is the same module for as long as anything uses it.
// Thread: control.
class Catalog final : public config::Plugins {
 public:
  // `folders`: where the gateway's own plugins may be; the first of them that is there counts.
  explicit Catalog(const std::vector<std::string>& folders);
  // Beside this executable (`plugins/`), or installed (`../lib/gatehouse/plugins`).
  Catalog();

  std::vector<std::string> search(const std::vector<std::string>& folders) override;
  Found find(const std::string& name) override;
  [[nodiscard]] std::vector<std::string> names() const override;
  // Whether a file that was found is another one now.
  [[nodiscard]] bool changed() const;

 private:
  // What stat says of a file; another time, size or place is another file.
  struct Mark {
    std::int64_t seconds = 0, nanoseconds = 0;
    std::uint64_t size = 0, node = 0;
    bool operator==(const Mark&) const = default;
  };
  struct Known {
    Mark mark;
    std::weak_ptr<Module> module;
  };
  [[nodiscard]] static bool mark_of(const std::string& path, Mark& out);
  [[nodiscard]] std::string path_of(const std::string& name) const;
  Found open(const std::string& name, const std::string& path);

  std::vector<std::string> own_;
  std::vector<std::string> folders_;
  std::map<std::string, Known> known_;  // by path
};

}  // namespace gatehouse::plugin
