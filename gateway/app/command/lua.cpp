#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/command.h"
#include "app/read_config.h"
#include "policy/check/checker.h"
#include "policy/stubs.h"

namespace gatehouse::app {
namespace {

namespace fs = std::filesystem;

std::string folder_of(const Arguments& arguments) {
  return fs::path(arguments.config).parent_path().string();
}

bool is_test(std::string_view file) { return file.ends_with("_test.lua"); }

// All policies and modules under policies/, as paths from the folder of routes.yaml.
std::vector<std::string> policies_in(const std::string& folder) {
  std::vector<std::string> out;
  const fs::path root = folder.empty() ? fs::path(".") : fs::path(folder);
  std::error_code ignored;
  for (fs::recursive_directory_iterator at(root / "policies", ignored), end; at != end;
       at.increment(ignored)) {
    const std::string name = at->path().filename().string();
    if (at->is_directory() && name.starts_with('.')) at.disable_recursion_pending();
    if (!name.ends_with(".lua") || is_test(name)) continue;
    out.push_back(at->path().lexically_relative(root).string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

// gate.env while the files are executed: whatever policy_env names of it.
std::vector<std::pair<std::string, std::string>> whole_environment() {
  std::vector<std::pair<std::string, std::string>> out;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view text = *each;
    out.emplace_back(text.substr(0, text.find('=')), text.substr(text.find('=') + 1));
  }
  return out;
}

int check(const Arguments& arguments, std::vector<std::string> files) {
  const config::SystemSource source(folder_of(arguments));
  if (files.empty()) files = policies_in(folder_of(arguments));
  std::erase_if(files, &is_test);  // `gatehouse test` runs those
  std::vector<std::pair<std::string, std::string>> texts;
  std::set<std::string> modules;
  for (const std::string& file : files) {
    auto bytes = source.read_file(file);
    if (!bytes) {
      complain(bytes.error());
      return kFailed;
    }
    for (std::string module : policy::required_modules(*bytes)) {
      std::replace(module.begin(), module.end(), '.', '/');
      modules.insert("policies/" + module + ".lua");
    }
    texts.emplace_back(file, std::move(*bytes));
  }
  policy::Library library;
  library.allow(whole_environment());
  config::Diagnostics all;
  for (const auto& [file, text] : texts) {
    const config::Diagnostics said = modules.contains(file)
                                         ? policy::check_module(file, text)
                                         : policy::check_policy(file, text, library, source);
    std::fputs(config::render(said, source.from_folder(file), text).c_str(), stderr);
    for (const auto& each : said) config::add(all, each);
  }
  const std::size_t warnings = config::count(all, config::Severity::warning);
  if (config::error_count(all) == 0)
    std::printf("%zu file%s fine, %zu warning%s\n", texts.size(),
                texts.size() == 1 ? " is" : "s are", warnings, warnings == 1 ? "" : "s");
  return judge(all, arguments);
}

int write(const Arguments& arguments) {
  const fs::path policies = fs::path(folder_of(arguments)) / "policies";
  std::error_code failed;
  fs::create_directories(policies / ".meta", failed);
  for (const auto& [file, text] : {std::pair(policies / ".meta" / "gatehouse.lua", policy::stubs()),
                                   std::pair(policies / ".luarc.json", policy::luarc())}) {
    std::ofstream out(file, std::ios::binary);
    out << text;
    out.close();
    if (!out) {
      std::fprintf(stderr, "gatehouse: cannot write %s\n", file.c_str());
      return kFailed;
    }
    std::printf("%s\n", file.c_str());
  }
  return kFine;
}

}  // namespace

int run_lua(const Arguments& arguments) {
  const std::string what = arguments.rest.empty() ? "" : arguments.rest.front();
  if (what == "check") return check(arguments, {arguments.rest.begin() + 1, arguments.rest.end()});
  if (what != "stubs" || arguments.rest.size() != 1) {
    std::fputs("gatehouse: lua knows `check` and `stubs`\n", stderr);
    return kUsage;
  }
  if (arguments.option("--write")) return write(arguments);
  std::fputs(policy::stubs().c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
