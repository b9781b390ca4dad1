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

json fields_of(const http::cors::Fields& fields) {
  json out = json::array();
  for (const auto& [name, value] : fields) out.push_back({{"name", name}, {"value", value}});
  return out;
}

// What the steps say that they would do, and what comes of it.
void add_words(const proxy::StepsExplained& would, json& out) {
  json said = json::array();
  for (const auto& words : would.said) {
    json one = {
        {"phase", plugin::word(words.phase)}, {"step", words.step}, {"says", words.would.says}};
    if (words.would.answers != 0) one["answers"] = words.would.answers;
    said.push_back(std::move(one));
  }
  out["said"] = std::move(said);
  if (!would.silent.empty()) out["silent"] = would.silent;
  if (!would.sets.empty()) out["response_headers"] = fields_of(would.sets);
  if (!would.removes.empty()) out["removes_headers"] = would.removes;
  if (!would.answered_by.empty())
    out["answered"] = {{"step", would.answered_by}, {"status", would.status}};
}

json explained(const std::string& listener, const Explanation& explanation) {
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
  if (!explanation.steps.empty() || !explanation.would.said.empty())
    add_words(explanation.would, out);
  out["rule"] = explanation.rule != nullptr ? json(explanation.rule->name) : json();
  if (explanation.refused != Reason::none) {
    out["refused"] = {{"status", row(explanation.refused).status},
                      {"reason", row(explanation.refused).word}};
  } else {
    out["action"] = action_of(explanation);
  }
  return out;
}

json leg_of(const std::string& listener, const proxy::CorsExplanation::Leg& leg) {
  json checks = json::array();
  for (const auto& check : leg.checks)
    checks.push_back({{"holds", check.holds}, {"says", check.words}});
  json out = {{"method", leg.question.method},   {"url", leg.question.url},
              {"headers", leg.question.fields},  {"gateway", explained(listener, leg.does)},
              {"answer", fields_of(leg.answer)}, {"checks", std::move(checks)}};
  out["status"] = leg.status ? json(*leg.status) : json();
  return out;
}

std::string printed(const json& what) {
  return what.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string explain_json(const std::string& listener, const Explanation& explanation) {
  return printed(explained(listener, explanation));
}

std::string cors_json(const std::string& listener, const proxy::CorsExplanation& explanation) {
  json out = {{"listener", listener},
              {"origin", explanation.fetch.origin},
              {"credentials", explanation.fetch.credentials},
              {"asks_first", explanation.asks_first},
              {"verdict", proxy::word(explanation.verdict)},
              {"says", proxy::sentence(explanation.verdict)},
              {"readable", explanation.readable}};
  out["preflight"] = explanation.preflight ? leg_of(listener, *explanation.preflight) : json();
  out["request"] = explanation.request ? leg_of(listener, *explanation.request) : json();
  return printed(out);
}

}  // namespace gatehouse::admin
