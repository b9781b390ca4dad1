// Where a configuration gets its environment and its files from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
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
  // `pipe_patience`: for what comes through a pipe, which nobody may ever write to.
  explicit SystemSource(std::string folder, Millis pipe_patience = Millis(0))
      : folder_(std::move(folder)), pipe_patience_(pipe_patience) {}
  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override;
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;
  [[nodiscard]] std::string from_folder(const std::string& path) const override {
    return path.starts_with('/') || folder_.empty() ? path : folder_ + "/" + path;
  }

 private:
  std::string folder_;
  Millis pipe_patience_;
};

// Files by path, with a hash of what was in them.
using FileHashes = std::map<std::string, std::uint64_t>;

// Another source, and what it gave: a configuration is more than its own file.
class RememberingSource final : public Source {
 public:
  explicit RememberingSource(const Source& from) : from_(from) {}
  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override {
    return from_.environment(name);
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override;
  [[nodiscard]] std::string from_folder(const std::string& path) const override {
    return from_.from_folder(path);
  }
  [[nodiscard]] const FileHashes& files() const { return files_; }

 private:
  const Source& from_;
  mutable FileHashes files_;
};

// Each of them is as it was.
[[nodiscard]] bool unchanged(const FileHashes& files, const Source& source);

}  // namespace gatehouse::config
