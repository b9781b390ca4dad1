// Where policies are found: the folder policies/ beside routes.yaml.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/plugins.h"
#include "policy/script.h"

namespace gatehouse::policy {

// The file of `require "a.b"`, policies/a/b.lua, which no link leads to.
[[nodiscard]] tl::expected<SourceFile, Refusal> read_module(const std::string& module,
                                                            const config::Source& source);

// Remembers what it has checked: the same bytes are the same script.  Thread: control.
class Library final : public config::Policies {
 public:
  config::FoundPlugin find(const std::string& script, const config::Source& source) override;
  void allow(Environment environment) override { environment_ = std::move(environment); }
  // Whether a file that is in use has other bytes now.
  [[nodiscard]] bool changed(const config::Source& source) const;

 private:
  Environment environment_;
  std::map<std::string, std::weak_ptr<const Script>> known_;  // by name
};

}  // namespace gatehouse::policy
