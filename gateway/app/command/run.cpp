#include <cstdio>
#include <filesystem>

#include "app/command.h"
#include "app/read_config.h"
#include "supervise/supervisor.h"

namespace gatehouse::app {

int run_run(const Arguments& arguments) {
  // The serving process reads it; a name that was mistyped is told before there is one.
  if (const auto bytes = read_file(arguments.config); !bytes) {
    complain(bytes.error());
    return kFailed;
  }
  std::error_code error;
  const auto file = std::filesystem::absolute(arguments.config, error);
  supervise::SuperviseOptions options;
  options.serve_argv = {"gatehouse", std::string(kServe),
                        error ? arguments.config : file.lexically_normal().string()};
  if (arguments.option("--strict")) options.serve_argv.emplace_back(kStrict);
  return supervise::Supervisor(std::move(options)).run();
}

}  // namespace gatehouse::app
