#include "rehearsal/test_spec.h"

#include <filesystem>

#include "config/load.h"
#include "plugin/catalog.h"
#include "policy/library.h"
#include "rehearsal/test_source.h"

namespace gatehouse::rehearsal {
namespace {

void enforce(config::Spec& spec, const std::string& policy) {
  bool found = false;
  std::vector<std::string_view> names;
  for (auto& route : spec.routes) {
    for (auto& step : route.plugins) {
      if (!step.is_policy || step.use == nullptr) continue;
      names.emplace_back(step.use->key);
      if (step.use->key != policy && step.use->plugin.value != policy) continue;
      found = true;
      step.use = std::make_shared<config::PluginUse>(*step.use);  // others may look at the old one
      step.use->mode = config::PolicyMode::enforce;
    }
  }
  if (found) return;
  const auto meant = config::nearest(policy, names);
  throw Mistake("no route has the policy '" + policy + "'" +
                (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
}

}  // namespace

config::Spec spec_of(const std::string& file, const Json& environment) {
  TestSource source(std::filesystem::path(file).parent_path().string());
  source.set(environment);
  const auto bytes = config::SystemSource("").read_file(file);
  if (!bytes) throw Mistake(bytes.error().text());
  plugin::Catalog plugins;
  policy::Library policies;
  config::Loaded loaded = config::load(*bytes, source, &plugins, &policies);
  if (!loaded.good()) {
    std::erase_if(loaded.diagnostics,
                  [](const auto& each) { return each.severity != config::Severity::error; });
    throw Mistake("the configuration has errors; `env:` of the tests may give variables\n" +
                  config::render(loaded.diagnostics, file, *bytes));
  }
  return std::move(loaded.spec);
}

config::Spec enforced(config::Spec spec, const Json& policies) {
  const Json all = policies.is_array() ? policies : Json::array({policies});
  for (const auto& policy : all) enforce(spec, text_of(policy, "`enforce`"));
  return spec;
}

}  // namespace gatehouse::rehearsal
