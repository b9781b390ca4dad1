// reload and rollback: the running gateway does it and says what came of it.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/admin_client.h"
#include "app/command.h"
#include "app/read_config.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

// A gateway loads the file that it was started with, whatever -c says here.
void compare_files(const std::string& ours, const std::string& theirs) {
  std::error_code error;
  if (theirs.empty() || std::filesystem::equivalent(ours, theirs, error) || error) return;
  std::fprintf(stderr, "gatehouse: the gateway that answered serves %s, not %s\n", theirs.c_str(),
               ours.c_str());
}

int report(const Arguments& arguments, const AdminAnswer& answer) {
  const auto body = json::parse(answer.body, nullptr, false);
  if (!body.is_object()) {
    std::string text = answer.body.substr(0, answer.body.find('\n'));
    return failed(arguments, {"do that: the gateway answered " + std::to_string(answer.status), 0,
                              std::move(text)});
  }
  compare_files(arguments.config, body.value("file", ""));
  const bool fine = answer.status == 200;
  if (arguments.json) {
    std::fputs(answer.body.c_str(), stdout);
    return fine ? kFine : kFailed;
  }
  std::fputs(body.value("text", answer.body).c_str(), fine ? stdout : stderr);
  if (!fine) {
    std::fprintf(stderr, "nothing was changed: generation %llu goes on\n",
                 body.value("generation", 0ULL));
  }
  return fine ? kFine : kFailed;
}

int ask(const Arguments& arguments, const std::string& path) {
  const auto read = read_config(arguments.config);
  if (!read) return failed(arguments, read.error());
  // Whatever is wrong with the file, it says as a rule where the gateway is; and the gateway is the
  // judge, for its environment is not the one of this command.
  const auto answer = ask_admin(read->loaded.spec.admin, arguments.config, path);
  if (answer) return report(arguments, *answer);
  if (!read->loaded.good()) print_errors(*read, arguments.config);
  return failed(arguments, answer.error());
}

}  // namespace

int run_reload(const Arguments& arguments) {
  return ask(arguments, arguments.option("--strict") ? "/reload?strict=1" : "/reload");
}

int run_rollback(const Arguments& arguments) {
  if (arguments.rest.empty()) return ask(arguments, "/rollback");
  const std::string& number = arguments.rest[0];
  if (number.find_first_not_of("0123456789") != std::string::npos || number.size() > 18) {
    std::fprintf(stderr, "gatehouse: '%s' is not the number of a generation, such as 3\n",
                 number.c_str());
    return kUsage;
  }
  return ask(arguments, "/rollback?generation=" + number);
}

}  // namespace gatehouse::app
