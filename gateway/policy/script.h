// A policy's file, checked: its phases, its parameters, and the modules that it requires.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "config/plugins.h"
#include "policy/parameters.h"
#include "policy/phase.h"

namespace gatehouse::policy {

// A Lua file: what errors call it, and its bytes.
struct SourceFile {
  std::string name;  // "policies/lib/tenant.lua"
  std::string bytes;
};

// Why a policy cannot be used.
struct Refusal {
  std::string why;
  std::string hint;
};

// Finds the file of `require "lib.tenant"`.
using FindModule = std::function<tl::expected<SourceFile, Refusal>(const std::string& module)>;

// What gate.env has: names and values.
using Environment = std::vector<std::pair<std::string, std::string>>;

// Immutable once loaded.  Thread: any; loading: control.
class Script final : public config::PluginType {
 public:
  // Executes the file once in a state of its own, under the default budget; it is then known that a
  // worker can do so.  Nothing is read from disk but what `find` reads.
  [[nodiscard]] static tl::expected<std::shared_ptr<const Script>, Refusal> load(
      SourceFile file, const FindModule& find, Environment environment = {});

  // A module as it is known by `require`, and its file.
  struct Module {
    std::string name;
    SourceFile file;
  };
  [[nodiscard]] const SourceFile& file() const { return file_; }
  [[nodiscard]] const std::vector<Module>& modules() const { return modules_; }
  [[nodiscard]] const Environment& environment() const { return environment_; }
  [[nodiscard]] std::uint32_t phases() const { return phases_; }
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }
  // Hash of the file and its modules: the same policy.
  [[nodiscard]] std::uint64_t content() const { return content_; }

  [[nodiscard]] std::string_view name() const override { return file_.name; }
  [[nodiscard]] std::shared_ptr<config::PluginValues> make() const override {
    return parameters_.make();
  }
  void read(config::Reader& reader, const config::Node& with,
            config::PluginValues& values) const override {
    parameters_.read(reader, with, "`with` of " + file_.name, values);
  }
  void check(const config::PluginValues&, const Report&) const override {}
  [[nodiscard]] bool is_step() const override { return true; }
  [[nodiscard]] bool serves() const override { return false; }
  [[nodiscard]] bool has_socket_phases() const override {
    return (phases_ & (bit(Phase::socket_open) | bit(Phase::socket_message))) != 0;
  }
  // By its text: a policy that has the word may call x:forward.
  [[nodiscard]] bool chooses_group() const override { return chooses_group_; }
  [[nodiscard]] bool gives_identity(const config::PluginValues&) const override { return false; }
  [[nodiscard]] bool needs_identity(const config::PluginValues&) const override { return false; }

 private:
  SourceFile file_;
  std::vector<Module> modules_;
  Environment environment_;
  std::uint32_t phases_ = 0;
  Parameters parameters_;
  std::uint64_t content_ = 0;
  bool chooses_group_ = false;
};

}  // namespace gatehouse::policy
