// reload and rollback: the running gateway does it and says what came of it.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/admin_client.h"
#include "app/command.h"
#include "app/read_config.h"

namespace gatehouse::app {
namespace {

int ask(const Arguments& arguments, const config::AdminSpec& admin, const std::string& path) {
  const auto answer = ask_admin(admin, "POST", path);
  if (!answer) {
    std::fprintf(stderr, "gatehouse: %s\n", answer.error().text().c_str());
    return kFailed;
  }
  const bool fine = answer->status == 200;
  if (arguments.json) {
    std::fputs(answer->body.c_str(), stdout);
    return fine ? kFine : kFailed;
  }
  const auto body = nlohmann::json::parse(answer->body, nullptr, false);
  const std::string text = body.is_object() ? body.value("text", answer->body) : answer->body;
  std::fputs(text.c_str(), fine ? stdout : stderr);
  return fine ? kFine : kFailed;
}

}  // namespace

int run_reload(const Arguments& arguments) {
  const auto read = read_config(arguments.config, arguments.json);
  if (!read) return kFailed;
  // Even with errors the admin address is there as a rule: the gateway is told, so that it knows
  // that its file is stale.
  if (read->loaded.good()) return ask(arguments, read->loaded.spec.admin, "/reload");
  static_cast<void>(ask_admin(read->loaded.spec.admin, "POST", "/reload"));
  if (arguments.json) {
    std::printf("{\"result\": \"refused\", \"diagnostics\": %s}\n",
                config::render_json(read->loaded.diagnostics, arguments.config).c_str());
  } else {
    std::fputs(config::render(read->loaded.diagnostics, arguments.config, read->bytes).c_str(),
               stderr);
    std::fprintf(stderr, "%s was not loaded: what is live goes on\n", arguments.config.c_str());
  }
  return kFailed;
}

int run_rollback(const Arguments& arguments) {
  std::string path = "/rollback";
  if (!arguments.rest.empty()) {
    if (arguments.rest[0].find_first_not_of("0123456789") != std::string::npos) {
      std::fprintf(stderr, "gatehouse: '%s' is not the number of a generation\n",
                   arguments.rest[0].c_str());
      return kUsage;
    }
    path += "?generation=" + arguments.rest[0];
  }
  const auto read = read_config(arguments.config, arguments.json);
  if (!read) return kFailed;
  return ask(arguments, read->loaded.spec.admin, path);
}

}  // namespace gatehouse::app
