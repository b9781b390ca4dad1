#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/command.h"
#include "app/read_config.h"
#include "config/renumber.h"

namespace gatehouse::app {
namespace {

// What a file may lack and still have its priorities in order: features of a later version, and
// what only the place where it runs has.
bool is_elsewhere(const config::Diagnostic& wrong) {
  return wrong.severity != config::Severity::error || wrong.code == "not-available" ||
         wrong.code == "unset-variable" || wrong.code == "cannot-read";
}

// In the place of `file`, whole or not at all; a link stays one, the permissions stay.
Status write_file(const std::string& file, const std::string& text) {
  std::error_code failed;
  const std::filesystem::path path = std::filesystem::canonical(file, failed);
  const std::filesystem::path fresh = path.string() + ".new-" + std::to_string(getpid());
  std::ofstream out(fresh, std::ios::binary);
  out << text;
  out.close();
  if (!out) return tl::make_unexpected(system_error("write " + fresh.string()));
  std::filesystem::permissions(fresh, std::filesystem::status(path).permissions(), failed);
  std::filesystem::rename(fresh, path, failed);
  if (failed) return fail("write " + file, failed.value());
  return {};
}

}  // namespace

int run_fmt(const Arguments& arguments) {
  if (!arguments.option("--renumber")) {
    std::fputs("gatehouse: fmt what? `gatehouse fmt --renumber`\ntry `gatehouse fmt --help`\n",
               stderr);
    return kUsage;
  }
  const std::string& file = arguments.rest.empty() ? arguments.config : arguments.rest[0];
  auto text = read_file(file);
  if (!text) {
    complain(text.error());
    return kFailed;
  }
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  const ReadConfig read{*text, config::load(*text, config::SystemSource(folder.string()))};
  const auto& wrong = read.loaded.diagnostics;
  if (!std::all_of(wrong.begin(), wrong.end(), is_elsewhere)) {
    print_errors(read, file);
    return kFailed;
  }
  const auto changed = config::renumber(*text, read.loaded.spec);
  if (!changed) {
    complain(changed.error());
    return kFailed;
  }
  if (arguments.option("--check")) {
    if (*changed == *text) return kFine;
    std::fprintf(stderr, "%s: the priorities are not 10, 20, 30 …\n", file.c_str());
    return kFailed;
  }
  if (!arguments.option("--write")) {
    std::fwrite(changed->data(), 1, changed->size(), stdout);
    return kFine;
  }
  if (*changed == *text) return kFine;
  if (const auto written = write_file(file, *changed); !written) {
    complain(written.error());
    return kFailed;
  }
  return kFine;
}

}  // namespace gatehouse::app
