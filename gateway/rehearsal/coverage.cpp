#include "rehearsal/coverage.h"

namespace gatehouse::rehearsal {

void Coverage::add_policies(const config::Spec& spec) {
  const auto add = [&](const policy::SourceFile& file) {
    if (!executable_.contains(file.name)) executable_[file.name] = policy::executable_lines(file);
  };
  for (const auto& route : spec.routes) {
    for (const auto& step : route.plugins) {
      if (step.use == nullptr) continue;
      const auto* script = dynamic_cast<const policy::Script*>(step.use->type.get());
      if (script == nullptr) continue;
      add(script->file());
      for (const auto& module : script->modules()) add(module.file);
    }
  }
}

void Coverage::add_rules(const std::string& file, const config::Spec& spec) {
  auto& rules = rules_[file];
  for (const auto& route : spec.routes) rules.all.insert(route.name.value);
  if (spec.fallback) rules.all.insert("default");
}

std::vector<Coverage::Lines> Coverage::lines() const {
  std::vector<Lines> out;
  for (const auto& [file, executable] : executable_) {
    Lines lines{file, executable.size(), {}};
    const auto seen = watch_.files().find(file);
    for (const unsigned line : executable) {
      if (seen == watch_.files().end() || !seen->second.contains(line))
        lines.missed.push_back(line);
    }
    out.push_back(std::move(lines));
  }
  return out;
}

}  // namespace gatehouse::rehearsal
