// A configuration file as the commands look at it.
#pragma once

#include <string>

#include "app/command.h"
#include "base/result.h"
#include "config/load.h"

namespace gatehouse::app {

struct ReadConfig {
  std::string bytes;
  config::Loaded loaded;
};

// Errors: it cannot be read, and how to name another.
[[nodiscard]] Result<std::string> read_file(const std::string& file);
// Reads and checks `file`, certificates too.  Errors: those of `read_file`.
[[nodiscard]] Result<ReadConfig> read_config(const std::string& file);

// "cannot " and what failed.
[[nodiscard]] std::string sentence(const Error& error);
// That sentence on standard error.
void complain(const Error& error);
// Says so, with --json also on standard output, as {"result": "failed", "error": …}; kFailed.
[[nodiscard]] int failed(const Arguments& arguments, const std::string& what);
[[nodiscard]] int failed(const Arguments& arguments, const Error& error);
// On standard error: everything that is wrong with the file, as `check` prints it, and how many
// that are.
void print_errors(const ReadConfig& read, const std::string& file);
// That, with --json also on standard output, as an array of diagnostics; kFailed.
[[nodiscard]] int refused(const Arguments& arguments, const ReadConfig& read,
                          const std::string& file);

// The exit code of a command that was given that file; with --strict a warning is as bad as an
// error, which it says on standard error.
[[nodiscard]] int judge(const config::Diagnostics& diagnostics, const Arguments& arguments);

}  // namespace gatehouse::app
