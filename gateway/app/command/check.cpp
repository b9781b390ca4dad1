#include <cstdio>

#include "app/command.h"
#include "app/read_config.h"
#include "config/compat_alb.h"
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

// The balancer that --compat names; "": none.
std::string compatible_with(const Arguments& arguments) {
  std::string out;
  for (const auto& [option, value] : arguments.options) {
    if (option == "--compat") out = value;
  }
  return out;
}

}  // namespace

int run_check(const Arguments& arguments) {
  const auto& file = arguments.config;
  const std::string with = compatible_with(arguments);
  if (!with.empty() && with != "alb") {
    std::fprintf(stderr, "gatehouse: nothing is known of '%s': --compat takes alb\n", with.c_str());
    return kUsage;
  }
  auto read = read_config(file);
  if (!read) {
    complain(read.error());
    if (arguments.json)
      print_json({{config::Severity::error, "cannot-read", {}, sentence(read.error()), ""}}, file);
    return kFailed;
  }
  if (read->loaded.good()) routing::analyse(read->loaded.spec, read->loaded.diagnostics);
  if (read->loaded.good() && with == "alb")
    config::compat_alb(read->loaded.spec, read->loaded.diagnostics);
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
