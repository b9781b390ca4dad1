// The subcommands of `gatehouse`; a file each in command/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gatehouse::app {

// Exit codes, the same for every command.
inline constexpr int kFine = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 2;

// What was said on the command line beside the subcommand.
struct Arguments {
  std::string config = "./routes.yaml";
  bool json = false;
  bool help = false;
  std::vector<std::string> rest;
  std::vector<std::pair<std::string_view, std::string>> options;  // of the command, with values
  // Whether the command's own option was given.
  [[nodiscard]] bool option(std::string_view name) const;
};

struct Command {
  std::string_view name;
  std::string_view summary;
  std::string_view arguments;  // what it may be given, as the usage line says it
  std::size_t most_arguments;
  bool takes_file;
  bool takes_json;
  std::string_view help;  // what it does
  std::string_view examples;
  int (*run)(const Arguments& arguments);
  std::span<const std::string_view> options = {};  // further ones; "-x=" takes a value
};

int run_run(const Arguments& arguments);
int run_check(const Arguments& arguments);
int run_completion(const Arguments& arguments);
int run_routes(const Arguments& arguments);
int run_explain(const Arguments& arguments);
int run_fmt(const Arguments& arguments);
int run_import(const Arguments& arguments);
int run_lua(const Arguments& arguments);
int run_man(const Arguments& arguments);
int run_new(const Arguments& arguments);
int run_plan(const Arguments& arguments);
int run_plugins(const Arguments& arguments);
int run_reload(const Arguments& arguments);
int run_rollback(const Arguments& arguments);
int run_schema(const Arguments& arguments);
int run_shadow(const Arguments& arguments);
int run_test(const Arguments& arguments);
int run_token(const Arguments& arguments);
int run_top(const Arguments& arguments);
int run_version(const Arguments& arguments);

// The serving process, started by the supervisor with the file's path, and kStrict if warnings are
// as bad as errors.
int serve(const std::string& file, bool strict);
inline constexpr std::string_view kStrict = "--strict";
inline constexpr std::string_view kServe = "serve-under-supervisor";

[[nodiscard]] std::span<const Command> commands();
// Null: there is none of that name.
[[nodiscard]] const Command* find_command(std::string_view name);

// What --help prints, of all and of one.
[[nodiscard]] std::string help();
[[nodiscard]] std::string help(const Command& command);

}  // namespace gatehouse::app
