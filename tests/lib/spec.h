// Files for tests, read.
#pragma once

#include <cerrno>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "config/load.h"
#include "config/source.h"

namespace gatehouse::test {

// A file that needs nothing from outside.
class NoSource final : public config::Source {
 public:
  [[nodiscard]] std::optional<std::string> environment(const std::string&) const override {
    return std::nullopt;
  }
  [[nodiscard]] Result<std::string> read_file(const std::string& path) const override {
    return fail("open " + path, ENOENT);
  }
};

// `body` with what every file needs; no sections of those names may be in it.
inline std::string file_of(std::string_view body) {
  return "version: 1\nlisteners: {public: {address: \"127.0.0.1:8080\"}}\n" + std::string(body);
}
inline const std::string kForward = file_of(
    "target_groups: {app: {targets: [\"10.0.0.1:80\"]}}\n"
    "default: {action: {forward: app}}\n");

inline config::Spec spec_of(const std::string& file) {
  config::Loaded loaded = config::load(file, NoSource());
  for (const auto& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity == config::Severity::error)
      std::fprintf(stderr, "%s\n", diagnostic.message.c_str());
  }
  GH_CHECK(loaded.good());
  return std::move(loaded.spec);
}

}  // namespace gatehouse::test
