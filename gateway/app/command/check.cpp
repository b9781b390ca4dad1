#include <cstdio>

#include "app/command.h"
#include "app/read_config.h"
#include "config/compat_alb.h"
#include "config/sarif.h"
#include "routing/analyse.h"

namespace gatehouse::app {
namespace {

using config::Diagnostics;
using config::Severity;

std::string counted(std::size_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

int print_json(const Diagnostics& diagnostics, const Arguments& arguments) {
  const std::string& file = arguments.config;
  const std::string text = arguments.option("--sarif")
                               ? config::render_sarif(diagnostics, file, GATEHOUSE_VERSION)
                               : config::render_json(diagnostics, file);
  std::printf("%s\n", text.c_str());
  return judge(diagnostics, arguments);
}

void print_good(const ReadConfig& read, const std::string& file) {
  std::fputs(config::render_few(read.loaded.diagnostics, file, read.bytes).c_str(), stdout);
  const auto& spec = read.loaded.spec;
  const std::size_t warnings = config::count(read.loaded.diagnostics, Severity::warning);
  std::printf("%s is fine: %s, %s, %s%s\n", file.c_str(),
              counted(spec.listeners.size(), "listener").c_str(),
              counted(spec.target_groups.size(), "target group").c_str(),
              counted(spec.routes.size(), "route").c_str(),
              warnings == 0 ? "" : (", " + counted(warnings, "warning")).c_str());
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
  const bool program = arguments.json || arguments.option("--sarif");
  const std::string with = compatible_with(arguments);
  if (!with.empty() && with != "alb") {
    std::fprintf(stderr, "gatehouse: nothing is known of '%s': --compat takes alb\n", with.c_str());
    return kUsage;
  }
  auto read = read_config(file);
  if (!read) {
    complain(read.error());
    if (program)
      print_json({{Severity::error, "cannot-read", {}, sentence(read.error()), ""}}, arguments);
    return kFailed;
  }
  auto& loaded = read->loaded;
  if (loaded.good()) {
    routing::analyse(loaded.spec, routing::Notes::wanted, loaded.diagnostics);
    if (with == "alb") config::compat_alb(loaded.spec, loaded.diagnostics);
  }
  if (program) return print_json(loaded.diagnostics, arguments);
  if (!loaded.good()) {
    print_errors(*read, file);
    return kFailed;
  }
  print_good(*read, file);
  return judge(loaded.diagnostics, arguments);
}

}  // namespace gatehouse::app
