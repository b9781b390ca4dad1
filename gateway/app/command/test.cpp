// Policies and routes tried out without a network: the files of tests, found and run.
#include <poll.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "app/command.h"
#include "app/test_report.h"
#include "rehearsal/policy_tests.h"
#include "rehearsal/route_tests.h"

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;

bool is_policy_test(const fs::path& file) { return file.string().ends_with("_test.lua"); }
bool is_route_test(const fs::path& file) { return file.string().ends_with("_test.yaml"); }

void add_folder(const fs::path& folder, std::vector<std::string>& out) {
  for (auto at = fs::recursive_directory_iterator(folder); at != fs::end(at); ++at) {
    const fs::path& file = at->path();
    const std::string name = file.filename().string();
    if (name.starts_with(".") || name == "build") {
      if (at->is_directory()) at.disable_recursion_pending();
      continue;
    }
    if (is_policy_test(file) || is_route_test(file)) out.push_back(file.lexically_normal());
  }
}

// Beside the configuration: `*_test.yaml`, and all that there is in policies/, plugins/ and tests/.
void add_beside(const std::string& config, std::vector<std::string>& out) {
  fs::path folder = fs::path(config).parent_path();
  if (folder.empty()) folder = ".";
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (is_route_test(entry.path())) out.push_back(entry.path().lexically_normal());
  }
  for (const auto* name : {"policies", "plugins", "tests"}) {
    if (fs::is_directory(folder / name)) add_folder(folder / name, out);
  }
}

// The files of tests; none and a text: what is wrong with the words.
std::vector<std::string> files_of(const Arguments& arguments, std::string& wrong) {
  std::vector<std::string> out;
  if (arguments.rest.empty()) add_beside(arguments.config, out);
  for (const auto& path : arguments.rest) {
    if (fs::is_directory(path)) {
      add_folder(path, out);
    } else if (!fs::exists(path)) {
      wrong = "there is no " + path;
    } else if (is_policy_test(path) || is_route_test(path)) {
      out.push_back(path);
    } else {
      wrong = path + " is no file of tests: they are called *_test.lua and *_test.yaml";
    }
  }
  std::sort(out.begin(), out.end());
  if (out.empty() && wrong.empty())
    wrong = "found no *_test.lua and no *_test.yaml; `gatehouse new policy NAME` makes one";
  return wrong.empty() ? out : std::vector<std::string>();
}

// What a file of routes' tests is about if it does not say so: the routes.yaml beside it, unless
// another was named on the command line.
std::string configuration_of(const Arguments& arguments, const std::string& test) {
  const fs::path beside = fs::path(test).parent_path() / "routes.yaml";
  const bool named = arguments.config != Arguments().config;
  return named || !fs::exists(beside) ? arguments.config : beside.lexically_normal().string();
}

// Runs them and prints how it went; the exit code.
int run_once(const Arguments& arguments, const std::vector<std::string>& files) {
  rehearsal::Coverage coverage;
  rehearsal::Coverage* wanted = arguments.option("--coverage") ? &coverage : nullptr;
  std::vector<TestResult> results;
  for (const auto& file : files) {
    auto some = is_policy_test(file)
                    ? rehearsal::run_policy_tests(file, wanted)
                    : rehearsal::run_route_tests(file, configuration_of(arguments, file), wanted);
    results.insert(results.end(), some.begin(), some.end());
  }
  const bool tap = arguments.option("--tap");
  std::fputs((tap ? as_tap(results) : readable(results)).c_str(), stdout);
  if (wanted != nullptr) {
    const std::string text = readable(coverage);
    std::fputs(text.c_str(), tap ? stderr : stdout);
  }
  std::fflush(stdout);
  for (const auto& [option, value] : arguments.options) {
    if (option != "--junit") continue;
    std::ofstream out(value);
    out << as_junit(results);
    if (out.flush()) continue;
    std::fprintf(stderr, "gatehouse: cannot write %s\n", value.c_str());
    return kFailed;
  }
  return failed(results) == 0 ? kFine : kFailed;
}

// When each file that tests may depend on was written last: the configuration's folder, policies/
// and the tests' own folders.
std::map<std::string, fs::file_time_type> written(const Arguments& arguments,
                                                  const std::vector<std::string>& files) {
  std::map<std::string, fs::file_time_type> out;
  std::error_code ignored;
  const auto add = [&](const fs::path& folder) {
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
      if (entry.is_regular_file(ignored))
        out[entry.path().string()] = entry.last_write_time(ignored);
    }
  };
  const fs::path beside = fs::path(arguments.config).parent_path();
  add(beside.empty() ? "." : beside);
  for (const auto& file : files) {
    const fs::path folder = fs::path(file).parent_path();
    add(folder.empty() ? "." : folder);
  }
  return out;
}

// Runs them, and again whenever one of those files was written: also while they ran.
[[noreturn]] void watch(const Arguments& arguments, std::vector<std::string> files) {
  constexpr int kBetweenLooks = 200;  // milliseconds
  while (true) {
    const auto before = written(arguments, files);
    run_once(arguments, files);
    while (written(arguments, files) == before) ::poll(nullptr, 0, kBetweenLooks);
    std::string wrong;
    if (auto found = files_of(arguments, wrong); !found.empty()) files = std::move(found);
    std::puts("");
  }
}

}  // namespace

int run_test(const Arguments& arguments) {
  std::string wrong;
  const std::vector<std::string> files = files_of(arguments, wrong);
  if (files.empty()) {
    std::fprintf(stderr, "gatehouse: %s\n", wrong.c_str());
    return kUsage;
  }
  if (arguments.option("--watch")) watch(arguments, files);
  return run_once(arguments, files);
}

}  // namespace gatehouse::app
