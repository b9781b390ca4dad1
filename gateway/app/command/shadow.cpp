// What policies in shadow would have ended: a list, or tests made of it.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/admin_client.h"
#include "app/command.h"
#include "app/read_config.h"
#include "config/terminal.h"
#include "rehearsal/shadow_tests.h"

namespace gatehouse::app {
namespace {

using rehearsal::Json;

// Errors: the gateway does not say it.
Result<Json> disagreements(const config::AdminSpec& admin, const std::string& file) {
  const auto answer = ask_admin(admin, file, "/shadow", "GET");
  if (!answer) return tl::make_unexpected(answer.error());
  Json out = Json::parse(answer->body, nullptr, false);
  if (answer->status == 200 && out.is_array()) return out;
  return fail("ask the gateway: it answered " + std::to_string(answer->status), 0,
              answer->body.substr(0, answer->body.find('\n')));
}

// Only those of one policy: ROUTE/FILE, or of its file on every route.
void choose(Json& all, const std::string& policy) {
  Json out = Json::array();
  for (auto& one : all) {
    const std::string name = one["policy"];
    if (name == policy || name == one["rule"].get<std::string>() + '/' + policy)
      out.push_back(std::move(one));
  }
  all = std::move(out);
}

void print_list(const Json& all) {
  std::size_t widest = 6;
  for (const auto& one : all) widest = std::max(widest, one["policy"].get<std::string>().size());
  for (const auto& one : all) {
    const Json& request = one["request"];
    std::string line = config::shown(one["policy"].get<std::string>());
    line.resize(std::max(widest, line.size()), ' ');
    line += "  " + one["time"].get<std::string>() + "  " + one["status"].dump() + "  " +
            config::shown(request["method"].get<std::string>() + ' ' +
                          request["url"].get<std::string>());
    if (request.contains("identity"))
      line += " by " + config::shown(request["identity"]["id"].get<std::string>());
    std::puts(line.c_str());
  }
}

int print_tests(const Json& all, const std::string& config) {
  const auto made = rehearsal::shadow_tests(all, config);
  std::fputs(made.yaml.c_str(), stdout);
  std::fprintf(stderr, "gatehouse: %zu test%s", made.tests, made.tests == 1 ? "" : "s");
  if (made.left_out != 0)
    std::fprintf(stderr, "; %zu came out otherwise when tried out, and stand there as comments",
                 made.left_out);
  std::fputs("\n", stderr);
  return made.tests == 0 ? kFailed : kFine;
}

}  // namespace

int run_shadow(const Arguments& arguments) {
  const std::string what = arguments.rest.empty() ? "list" : arguments.rest[0];
  if (what != "list" && what != "export") {
    std::fprintf(stderr, "gatehouse: shadow knows list and export, not '%s'\n", what.c_str());
    return kUsage;
  }
  const auto read = read_config(arguments.config);
  if (!read) return failed(arguments, read.error());
  auto all = disagreements(read->loaded.spec.admin, arguments.config);
  if (!all) {
    if (!read->loaded.good()) print_errors(*read, arguments.config);
    return failed(arguments, all.error());
  }
  if (arguments.rest.size() == 2) choose(*all, arguments.rest[1]);
  if (arguments.json) {
    std::printf("%s\n", all->dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return kFine;
  }
  if (all->empty()) {
    std::fputs("gatehouse: no policy in shadow has disagreed\n", stderr);
    return what == "list" ? kFine : kFailed;
  }
  if (what == "export") return print_tests(*all, arguments.config);
  print_list(*all);
  return kFine;
}

}  // namespace gatehouse::app
