#include "app/import/alb.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "base/ascii.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

constexpr const char* kHead[] = {
    "From an Application Load Balancer, written by `gatehouse import alb`. What decides otherwise",
    "here than on an ALB:",
    "- A path is compared, logged and forwarded in its canonical form (%41 is A, no dot segments,",
    "  no double slashes); %2F, backslashes and %00 in it are answered with 400.",
    "- Requests that RFC 9110 and 9112 call invalid are refused, whatever the desync mode was.",
    "- Host goes to the target as it came, no port is added or taken away.",
    "- A CORS preflight is routed by the method that it asks for.",
    "- Targets that speak TLS are verified.",
};

// "my-group" of …:targetgroup/my-group/73e2d6bc24d8a067.
std::string name_in(const std::string& arn) {
  const auto first = arn.find('/');
  if (first == std::string::npos) return arn;
  return arn.substr(first + 1, arn.find('/', first + 1) - first - 1);
}

std::string stem(const std::string& file) {
  const auto slash = file.rfind('/');
  const std::string base = slash == std::string::npos ? file : file.substr(slash + 1);
  return base.substr(0, base.rfind(".json"));
}

// Those that were described, then those that only rules name.
std::vector<AlbListener> listeners_of(const AlbExport& from, AlbNames& names) {
  std::vector<AlbListener> out;
  std::set<std::string> known;
  for (const auto& value : from.listeners) {
    const std::string arn = text_of(value, "ListenerArn");
    if (!known.insert(arn).second) continue;
    std::string protocol = text_of(value, "Protocol");
    std::transform(protocol.begin(), protocol.end(), protocol.begin(), ascii::lower);
    out.push_back({arn, names.take(protocol + "-" + text_of(value, "Port")), value});
  }
  for (const auto& rule : from.rules) {
    const std::string arn = listener_of(rule);
    if (arn.empty() || !known.insert(arn).second) continue;
    out.push_back({arn, names.take("listener-" + arn.substr(arn.rfind('/') + 1)), {}});
  }
  return out;
}

void name_groups(const AlbExport& from, const std::vector<AlbListener>& listeners,
                 AlbNames& names) {
  for (const auto& group : from.target_groups) names.group(text_of(group, "TargetGroupArn"));
  for (const auto& listener : listeners)
    std::ignore = alb_actions(default_actions(from, listener), names);
  for (const auto& rule : from.rules) std::ignore = alb_actions(member(rule, "Actions"), names);
}

}  // namespace

std::string AlbNames::take(const std::string& wanted) {
  const std::string base = yaml_name(wanted);
  std::string name = base;
  for (int number = 2; !taken_.insert(name).second; ++number)
    name = base + "-" + std::to_string(number);
  return name;
}

std::string AlbNames::group(const std::string& arn) {
  const auto at = groups_.find(arn);
  return at != groups_.end() ? at->second : groups_[arn] = take(name_in(arn));
}

Status add_document(AlbExport& to, const JsonDocument& document, const std::string& group) {
  const json& value = document.value;
  bool used = false;
  const auto collect = [&](const char* key, std::vector<json>& all) {
    if (!member(value, key).is_array()) return;
    used = true;
    for (const json* each : objects_of(value, key)) all.push_back(*each);
  };
  collect("Listeners", to.listeners);
  collect("Rules", to.rules);
  collect("TargetGroups", to.target_groups);
  std::string about = group.empty() ? text_of(value, "TargetGroupArn") : group;
  const bool said = !about.empty();
  if (!said && document.file != "-") about = stem(document.file);
  for (auto [key, all] : {std::pair("TargetHealthDescriptions", &to.targets),
                          std::pair("Attributes", &to.attributes)}) {
    if (!member(value, key).is_array()) continue;
    used = true;
    all->push_back({about, said, document.file, value});
  }
  if (used) return {};
  return fail("use " + (document.file == "-" ? "standard input" : document.file) +
                  ": it has none of Listeners, Rules, TargetGroups, TargetHealthDescriptions, "
                  "Attributes",
              0, "give what `aws elbv2 describe-rules` and its kin print");
}

Result<AlbImport> translate(const AlbExport& from) {
  AlbNames names;
  AlbNames groups;
  Outline out;
  const auto listeners = listeners_of(from, names);
  name_groups(from, listeners, groups);
  for (const char* line : kHead) out.comment(0, line);
  out.line("version: 1");
  out.line("");
  if (!listeners.empty()) {
    write_listeners(from, listeners, groups, out);
    out.line("");
  }
  write_groups(from, groups, out);
  out.line("");
  out.comment(0, "The first rule whose conditions all hold wins, from the lowest priority.");
  write_rules(from, listeners, groups, out);
  if (const auto settled = out.settle(); !settled) return tl::make_unexpected(settled.error());
  return AlbImport{out.text(), out.findings()};
}

}  // namespace gatehouse::app
