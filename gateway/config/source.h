// Where a configuration gets its environment and its files from.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gatehouse::config {

class Source {
 public:
  virtual ~Source() = default;
  [[nodiscard]] virtual std::optional<std::string> environment(const std::string& name) const = 0;
  // The bytes of a file, at most 32 MiB; a relative path starts at the folder of routes.yaml.
  [[nodiscard]] virtual Result<std::string> read_file(const std::string& path) const = 0;
  // `path` from the folder of routes.yaml.
  [[nodiscard]] virtual std::string from_folder(const std::string& path) const { return path; }
};

class SystemSource final : public Source {
 public:
  explicit SystemSource(std::string folder) : folder_(std::move(folder)) {}
  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;
  [[nodiscard]] std::string from_folder(const std::string& path) const override {
    return path.starts_with('/') || folder_.empty() ? path : folder_ + "/" + path;
  }

 private:
  std::string folder_;
};

}  // namespace gatehouse::config
