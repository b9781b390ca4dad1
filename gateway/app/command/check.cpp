#include <cstdio>

#include "app/command.h"
#include "app/read_config.h"
#include "routing/analyse.h"

namespace gatehouse::app {
namespace {

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

int print_json(const config::Diagnostics& diagnostics, const std::string& file) {
  std::printf("%s\n", config::render_json(diagnostics, file).c_str());
  return config::error_count(diagnostics) == 0 ? kFine : kFailed;
}

}  // namespace

int run_check(const Arguments& arguments) {
  const auto& file = arguments.config;
  auto read = read_config(file);
  if (!read) {
    complain(read.error());
    if (arguments.json)
      print_json({{config::Severity::error, "cannot-read", {}, sentence(read.error()), ""}}, file);
    return kFailed;
  }
  if (read->loaded.good()) routing::analyse(read->loaded.spec, read->loaded.diagnostics);
  if (arguments.json) return print_json(read->loaded.diagnostics, file);
  if (!read->loaded.good()) {
    print_errors(*read, file);
    return kFailed;
  }
  std::fputs(config::render(read->loaded.diagnostics, file, read->bytes).c_str(), stdout);
  const auto& spec = read->loaded.spec;
  std::printf("%s is fine: %s, %s, %s\n", file.c_str(),
              counted(spec.listeners.size(), "listener").c_str(),
              counted(spec.target_groups.size(), "target group").c_str(),
              counted(spec.routes.size(), "route").c_str());
  return kFine;
}

}  // namespace gatehouse::app
