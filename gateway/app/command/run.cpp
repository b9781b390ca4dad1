#include <cstdio>
#include <filesystem>

#include "app/command.h"
#include "supervise/supervisor.h"

namespace gatehouse::app {

int run_run(const Arguments& arguments) {
  std::error_code error;
  const auto file = std::filesystem::absolute(arguments.config, error);
  supervise::SuperviseOptions options;
  options.serve_argv = {"gatehouse", std::string(kServe),
                        error ? arguments.config : file.lexically_normal().string()};
  return supervise::Supervisor(std::move(options)).run();
}

}  // namespace gatehouse::app
