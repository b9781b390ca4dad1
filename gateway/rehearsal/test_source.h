// Where a test's configuration gets its files and its environment from.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/source.h"
#include "rehearsal/ask.h"

namespace gatehouse::rehearsal {

// Files from the disk; of the environment what a test says, then the process's.
class TestSource final : public config::Source {
 public:
  explicit TestSource(std::string folder) : system_(std::move(folder)) {}

  // Names and values.  Throws Mistake.
  void set(const Json& environment) {
    for (const auto& [name, value] : environment.items())
      environment_[name] = text_of(value, "the variable " + name);
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& [name, value] : environment_) out.push_back(name);
    return out;
  }

  [[nodiscard]] std::optional<std::string> environment(const std::string& name) const override {
    const auto at = environment_.find(name);
    return at == environment_.end() ? system_.environment(name) : std::optional(at->second);
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    return system_.read_file(path);
  }
  [[nodiscard]] std::string from_folder(const std::string& path) const override {
    return system_.from_folder(path);
  }

 private:
  config::SystemSource system_;
  std::map<std::string, std::string> environment_;
};

}  // namespace gatehouse::rehearsal
