#include <cstdio>

#include "app/command.h"
#include "app/read_config.h"

namespace gatehouse::app {

int run_check(const Arguments& arguments) {
  const auto read = read_config(arguments.config, arguments.json);
  if (!read) return kFailed;
  const auto& diagnostics = read->loaded.diagnostics;
  const std::size_t errors = config::error_count(diagnostics);
  if (arguments.json) {
    std::printf("%s\n", config::render_json(diagnostics, arguments.config).c_str());
    return errors == 0 ? kFine : kFailed;
  }
  std::fputs(config::render(diagnostics, arguments.config, read->bytes).c_str(),
             errors == 0 ? stdout : stderr);
  const std::size_t warnings = diagnostics.size() - errors;
  if (errors != 0) {
    std::fprintf(stderr, "%s: %zu error%s, %zu warning%s\n", arguments.config.c_str(), errors,
                 errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    return kFailed;
  }
  const auto& spec = read->loaded.spec;
  std::printf("%s is fine: %zu listener%s, %zu target group%s, %zu route%s\n",
              arguments.config.c_str(), spec.listeners.size(),
              spec.listeners.size() == 1 ? "" : "s", spec.target_groups.size(),
              spec.target_groups.size() == 1 ? "" : "s", spec.routes.size(),
              spec.routes.size() == 1 ? "" : "s");
  return kFine;
}

}  // namespace gatehouse::app
