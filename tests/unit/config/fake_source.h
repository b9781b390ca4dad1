// Environment and files of a test.
#pragma once

#include <cerrno>
#include <map>
#include <string>

#include "config/source.h"

namespace gatehouse::config {

class FakeSource final : public Source {
 public:
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;

  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    const auto at = files.find(path);
    if (at != files.end()) return at->second;
    errno = ENOENT;
    return tl::make_unexpected(system_error("read " + path));
  }
};

}  // namespace gatehouse::config
