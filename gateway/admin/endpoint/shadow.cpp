// What policies in shadow would have ended, each as a request of a test.
#include <nlohmann/json.hpp>

#include "admin/endpoint.h"
#include "admin/json_answer.h"
#include "admin/live_policies.h"
#include "observe/secret_name.h"
#include "observe/timestamp.h"

namespace gatehouse::admin {
namespace {

using Json = nlohmann::ordered_json;

// "2026-11-27T09:00:00Z"
std::string second_of(std::int64_t wall_us) {
  return observe::Timestamp::text(wall_us).substr(0, 19) + 'Z';
}

// Takes out what may be a credential by its name; `left_out` gets `path` and the names to it.
void redact(Json& value, const std::string& path, Json& left_out) {
  if (value.is_array()) {
    for (auto& item : value) redact(item, path, left_out);
  }
  if (!value.is_object()) return;
  for (auto& [name, inner] : value.items()) {
    const std::string here = path + name;
    if (observe::names_secret(name) && !inner.is_null() && !inner.is_boolean()) {
      inner = observe::kRedacted;
      left_out.push_back(here);
    } else {
      redact(inner, here + '.', left_out);
    }
  }
}

Json identity_of(const policy::Disagreement& from, Json& left_out) {
  Json out = {{"id", from.id}};
  if (!from.email.empty()) out["email"] = from.email;
  if (!from.found_by.empty()) out["method"] = from.found_by;
  if (!from.roles.empty()) out["roles"] = from.roles;
  Json claims = Json::parse(from.claims, nullptr, false);
  if (!claims.is_object() || claims.empty()) return out;
  redact(claims, "claim ", left_out);
  out["claims"] = std::move(claims);
  return out;
}

// Several fields of a name are a list.
Json headers_of(const policy::Disagreement& from) {
  Json out = Json::object();
  for (const auto& [name, value] : from.headers) {
    Json& there = out[name];
    if (there.is_null()) {
      there = value;
    } else {
      if (!there.is_array()) there = Json::array({there});
      there.push_back(value);
    }
  }
  return out;
}

// Those of a group in the order in which it is asked.
Json answers_of(const policy::Disagreement& from, Json& left_out) {
  Json out = Json::object();
  for (const auto& heard : from.heard) {
    Json answer = {{"method", heard.method}, {"path", heard.path}};
    Json body = Json::parse(heard.body, nullptr, false);
    if (heard.status == 0) {
      answer["fails"] = "silent";
    } else {
      answer["status"] = heard.status;
    }
    if (body.is_structured()) {
      redact(body, "answer of " + heard.group + ": ", left_out);
      answer["json"] = std::move(body);
    } else if (!heard.body.empty()) {
      left_out.push_back("answer of " + heard.group);
    }
    out[heard.group].push_back(std::move(answer));
  }
  if (from.answered != 0 && !from.group.empty())
    out[from.group].push_back({{"status", from.answered}});
  return out;
}

Json json_of(const std::string& policy, const policy::Disagreement& from) {
  Json left_out = from.left_out;
  Json request = {{"method", from.method}, {"url", from.url}};
  if (!from.ip.empty()) request["ip"] = from.ip;
  if (!from.headers.empty()) request["headers"] = headers_of(from);
  if (from.has_identity) request["identity"] = identity_of(from, left_out);
  Json out = {{"policy", policy},
              {"rule", from.rule},
              {"phase", from.phase},
              {"time", second_of(from.wall_us)},
              {"status", from.status},
              {"reason", from.reason},
              {"request", std::move(request)}};
  if (Json answers = answers_of(from, left_out); !answers.empty())
    out["answers"] = std::move(answers);
  out["left_out"] = std::move(left_out);
  return out;
}

}  // namespace

void serve_shadow(control::Gateway& gateway, const Request&, const Respond& respond) {
  Json out = Json::array();
  for (const auto& state : live_policies(gateway)) {
    for (const auto& one : state->disagreements().all()) out.push_back(json_of(state->name(), one));
  }
  respond(json_answer(out));
}

}  // namespace gatehouse::admin
