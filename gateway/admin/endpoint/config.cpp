#include <nlohmann/json.hpp>

#include "admin/endpoint.h"
#include "admin/json_answer.h"
#include "base/hash.h"
#include "config/describe.h"

namespace gatehouse::admin {
namespace {

using nlohmann::json;

json texts(const std::vector<config::Text>& values) {
  json out = json::array();
  for (const auto& value : values) out.push_back(value.value);
  return out;
}

json action_of(const config::ActionSpec& action) {
  if (action.redirect) {
    const auto& redirect = *action.redirect;
    json out = {{"status", redirect.status}};
    const auto put = [&](const char* key, const std::optional<config::Text>& text) {
      if (text) out[key] = text->value;
    };
    put("url", redirect.url);
    put("protocol", redirect.protocol);
    put("host", redirect.host);
    put("port", redirect.port);
    put("path", redirect.path);
    put("query", redirect.query);
    return {{"redirect", out}};
  }
  if (action.respond) return {{"respond", {{"status", action.respond->status}}}};
  json groups = json::object();
  for (const auto& to : action.forward) groups[to.group.value] = to.weight;
  return {{"forward", groups}};
}

json patterns(const std::vector<config::PatternSpec>& values) {
  json out = json::array();
  for (const auto& value : values)
    out.push_back(value.regex ? json{{"regex", value.value}} : json(value.value));
  return out;
}

json maps(const std::vector<std::vector<config::NamedPatterns>>& all) {
  json out = json::array();
  for (const auto& names : all) {
    json map = json::object();
    for (const auto& [name, values] : names) map[name.value] = patterns(values);
    out.push_back(std::move(map));
  }
  return out;
}

json blocks(const std::vector<config::Placed<config::AddressBlock>>& values) {
  json out = json::array();
  for (const auto& block : values) out.push_back(config::describe(block.value));
  return out;
}

json when_of(const config::WhenSpec& spec) {
  json when = json::object();
  const auto put = [&](const char* key, json values) {
    if (!values.empty()) when[key] = std::move(values);
  };
  put("host", patterns(spec.host));
  put("path", patterns(spec.path));
  put("method", texts(spec.method));
  put("header", maps(spec.header));
  put("query", maps(spec.query));
  put("source_ip", blocks(spec.source_ip));
  put("client_ip", blocks(spec.client_ip));
  return when;
}

json route_of(const config::RouteSpec& route) {
  json out = {{"name", route.name.value},
              {"priority", route.priority.value},
              {"when", when_of(route.when)},
              {"action", action_of(*route.action)}};
  if (!route.listeners.empty()) out["listeners"] = texts(route.listeners);
  return out;
}

}  // namespace

// Secrets are not in here: a Spec's token is never written.
void serve_config(control::Gateway& gateway, const Request&, const Respond& respond) {
  const auto& live = gateway.live();
  config::Spec spec = gateway.live_spec();
  json out = {{"generation", live.generation},
              {"hash", hash_text(live.hash)},
              {"file", gateway.file()},
              {"workers", gateway.crew().active()}};
  out["stale"] = gateway.stale()
                     ? json{{"why", gateway.stale()->why}, {"since", gateway.stale()->since_s}}
                     : json();
  out["listeners"] = json::array();
  for (const auto& listener : live.listeners) {
    json one = {{"name", listener->name},
                {"address", listener->address},
                {"rules", listener->rules.size()}};
    out["listeners"].push_back(std::move(one));
  }
  out["target_groups"] = json::array();
  for (const auto& group : spec.target_groups) {
    json targets = json::array();
    for (const auto& target : group.targets)
      targets.push_back({{"address", target.address.value}, {"weight", target.weight}});
    out["target_groups"].push_back({{"name", group.name}, {"targets", targets}});
  }
  out["routes"] = json::array();
  std::stable_sort(spec.routes.begin(), spec.routes.end(), [](const auto& a, const auto& b) {
    return a.priority.value < b.priority.value;
  });
  for (const auto& route : spec.routes) out["routes"].push_back(route_of(route));
  out["default"] = spec.fallback ? action_of(*spec.fallback) : json();
  respond(json_answer(out));
}

}  // namespace gatehouse::admin
