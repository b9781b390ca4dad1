#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/read_config.h"
#include "config/difference.h"
#include "observe/metrics.h"
#include "snapshot/build.h"
#include "snapshot/elsewhere.h"

namespace gatehouse::app {
namespace {

constexpr std::size_t kMostShown = 20;  // requests; --json has all
using Kind = config::Difference::Kind;

std::optional<ReadConfig> read_good(const Arguments& arguments, const std::string& file) {
  auto read = read_config(file);
  if (read && read->loaded.good()) return std::move(*read);
  static_cast<void>(read ? refused(arguments, *read, file) : failed(arguments, read.error()));
  return std::nullopt;
}

const char* word(Kind kind) {
  constexpr const char* kWords[] = {"added", "removed", "changed", "moved"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& each : words) out += (out.empty() ? "" : ", ") + each;
  return out;
}

void print_text(const std::vector<config::Difference>& differences,
                const std::vector<snapshot::Elsewhere>& requests) {
  if (differences.empty()) std::puts("no difference");
  for (const auto& each : differences) {
    std::string line = each.section.empty() ? each.name : each.section + " " + each.name;
    line += std::string(" ") + word(each.kind);
    if (!each.keys.empty()) line += ": " + joined(each.keys);
    if (each.kind == Kind::moved) line += ": priority " + each.before + " → " + each.after;
    std::puts(line.c_str());
  }
  if (requests.empty()) return;
  std::puts("\nrequests that go elsewhere, such as");
  for (std::size_t i = 0; i < requests.size() && i < kMostShown; ++i) {
    const auto& each = requests[i];
    std::string more;
    for (const auto& field : each.fields) more += " -H '" + field + "'";
    if (!each.source_ip.empty()) more += " --source-ip " + each.source_ip;
    std::printf("  %s: %s %s%s: %s → %s\n", each.listener.c_str(), each.method.c_str(),
                each.url.c_str(), more.c_str(), each.before.c_str(), each.after.c_str());
  }
  if (requests.size() > kMostShown)
    std::printf("  and %zu more; --json has all\n", requests.size() - kMostShown);
}

void print_json(const std::vector<config::Difference>& differences,
                const std::vector<snapshot::Elsewhere>& requests) {
  nlohmann::json out = {{"differences", nlohmann::json::array()},
                        {"requests", nlohmann::json::array()}};
  for (const auto& each : differences) {
    nlohmann::json entry = {
        {"kind", word(each.kind)}, {"section", each.section}, {"name", each.name}};
    if (!each.keys.empty()) entry["keys"] = each.keys;
    if (!each.before.empty()) entry["before"] = each.before;
    if (!each.after.empty()) entry["after"] = each.after;
    out["differences"].push_back(entry);
  }
  for (const auto& each : requests) {
    out["requests"].push_back({{"listener", each.listener},
                               {"method", each.method},
                               {"url", each.url},
                               {"headers", each.fields},
                               {"source_ip", each.source_ip},
                               {"before", each.before},
                               {"after", each.after}});
  }
  std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

}  // namespace

int run_plan(const Arguments& arguments) {
  if (arguments.rest.empty()) {
    std::fputs("gatehouse: plan which file? `gatehouse plan NEW`\ntry `gatehouse plan --help`\n",
               stderr);
    return kUsage;
  }
  auto before = read_good(arguments, arguments.config);
  if (!before && arguments.json) return kFailed;  // one document, not two
  auto after = read_good(arguments, arguments.rest[0]);
  if (!before || !after) return kFailed;
  config::Diagnostics known;  // both are good
  const auto differences = config::differences(config::Document(before->bytes, known),
                                               config::Document(after->bytes, known));
  std::vector<config::RouteSpec> routes = before->loaded.spec.routes;
  const auto& more = after->loaded.spec.routes;
  routes.insert(routes.end(), more.begin(), more.end());
  observe::Metrics metrics;
  snapshot::Registry registry(metrics);
  const auto old = snapshot::build(std::move(before->loaded.spec), nullptr, registry);
  const auto fresh = snapshot::build(std::move(after->loaded.spec), old.get(), registry);
  const auto requests = snapshot::elsewhere(*old, *fresh, routes);
  arguments.json ? print_json(differences, requests) : print_text(differences, requests);
  return kFine;
}

}  // namespace gatehouse::app
