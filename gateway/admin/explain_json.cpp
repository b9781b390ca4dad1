#include "admin/explain_json.h"

#include <nlohmann/json.hpp>

namespace gatehouse::admin {
namespace {

using nlohmann::json;
using proxy::Explanation;

json rules_of(const Explanation& explanation) {
  json out = json::array();
  for (const auto& tried : explanation.rules) {
    json rule = {{"priority", tried.priority}, {"name", tried.name}, {"holds", !tried.failure}};
    if (tried.failure) {
      rule["condition"] = tried.failure->condition;
      rule["wanted"] = tried.failure->wanted;
      rule["saw"] = tried.failure->saw;
    }
    out.push_back(std::move(rule));
  }
  return out;
}

json action_of(const Explanation& explanation) {
  if (!explanation.location.empty()) {
    return {{"redirect", {{"status", explanation.status}, {"location", explanation.location}}}};
  }
  if (explanation.status != 0) return {{"respond", {{"status", explanation.status}}}};
  if (!explanation.handler.empty()) return {{"handler", explanation.handler}};
  json groups = json::object();
  for (const auto& [name, weight] : explanation.groups) groups[name] = weight;
  return {{"forward", groups},
          {"host", explanation.upstream_host},
          {"target", explanation.upstream_target}};
}

}  // namespace

std::string explain_json(const std::string& listener, const Explanation& explanation) {
  json out = {{"listener", listener},
              {"method", explanation.method},
              {"host", explanation.host},
              {"path", explanation.path},
              {"client_ip", explanation.client_ip},
              {"rules", rules_of(explanation)}};
  json steps = json::array();
  for (const auto& [phase, names] : explanation.steps)
    steps.push_back({{"phase", phase}, {"steps", names}});
  out["steps"] = std::move(steps);
  out["rule"] = explanation.rule != nullptr ? json(explanation.rule->name) : json();
  if (explanation.refused != Reason::none) {
    out["refused"] = {{"status", row(explanation.refused).status},
                      {"reason", row(explanation.refused).word}};
  } else {
    out["action"] = action_of(explanation);
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace gatehouse::admin
