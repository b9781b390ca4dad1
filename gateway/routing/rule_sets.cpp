#include "routing/rule_sets.h"

#include <algorithm>

#include "routing/explain.h"

namespace gatehouse::routing {

std::vector<const config::RouteSpec*> routes_of(const config::Spec& spec,
                                                std::string_view listener) {
  std::vector<const config::RouteSpec*> out;
  const auto here = [&](const config::Text& name) { return name.value == listener; };
  for (const auto& route : spec.routes) {
    if (route.listeners.empty() ||
        std::any_of(route.listeners.begin(), route.listeners.end(), here))
      out.push_back(&route);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    return a->priority.value < b->priority.value;
  });
  return out;
}

std::vector<RuleSet> rule_sets(const config::Spec& spec, std::span<const RuleTable* const> tables) {
  std::vector<RuleSet> out;
  for (std::size_t i = 0; i < spec.listeners.size(); ++i) {
    const auto& listener = spec.listeners[i];
    auto routes = routes_of(spec, listener.name);
    const auto known = std::find_if(out.begin(), out.end(),
                                    [&](const RuleSet& set) { return set.routes == routes; });
    if (known != out.end()) {
      known->listeners.push_back(&listener);
      continue;
    }
    if (i < tables.size()) {
      out.push_back({{&listener}, std::move(routes), nullptr, *tables[i]});
      continue;
    }
    std::vector<RuleInput> inputs;
    inputs.reserve(routes.size());
    for (const auto* route : routes) {
      inputs.push_back({static_cast<std::uint32_t>(inputs.size()), route->priority.value,
                        Conditions(route->when)});
    }
    auto table = std::make_unique<const RuleTable>(std::move(inputs));
    const RuleTable& made = *table;
    out.push_back({{&listener}, std::move(routes), std::move(table), made});
  }
  return out;
}

config::Witness witness_of(const RuleSet& rules, const Request& request, std::uint32_t taken_by) {
  const auto& listener = *rules.listeners.front();
  return {listener.name,
          request.method,
          (listener.tls ? "https://" : "http://") + request.host + request.target(),
          request.fields,
          address_text(request.source),
          taken_by == kNoRule ? "" : rules.at(taken_by).name.value};
}

std::string outcome_of(const config::RouteSpec& route) {
  std::string out;
  const auto add = [&](std::string_view name, const std::string& value) {
    out += std::string(name) + '\0' + value + '\0';
  };
  const auto add_text = [&](std::string_view name, const std::optional<config::Text>& text) {
    if (text) add(name, text->value);
  };
  const auto add_step = [&](std::string_view what, const config::StepSpec& step) {
    add(what, step.name.value);
    if (step.use == nullptr) return;
    add(step.use->plugin.value, step.use->values != nullptr ? step.use->values->content : "");
    add("on_error", step.use->on_error == config::OnError::deny ? "deny" : "allow");
  };
  const auto& action = *route.action;
  for (const auto& to : action.forward) add(to.group.value, std::to_string(to.weight));
  add("sticky", std::to_string(action.sticky.count()));
  if (action.redirect) {
    const auto& redirect = *action.redirect;
    add("redirect", std::to_string(redirect.status));
    add_text("url", redirect.url);
    add_text("protocol", redirect.protocol);
    add_text("host", redirect.host);
    add_text("port", redirect.port);
    add_text("path", redirect.path);
    add_text("query", redirect.query);
  }
  if (action.respond) {
    add("respond", std::to_string(action.respond->status));
    add(action.respond->content_type, action.respond->body);
  }
  if (action.handler) add_step("handler", *action.handler);
  for (const auto& step : route.plugins) add_step("step", step);
  for (const auto* part : {&route.rewrite.path, &route.rewrite.host}) {
    if (*part) add((*part)->regex.value, (*part)->replace.value);
  }
  return out;
}

std::string named(const config::RouteSpec& route) {
  return "'" + route.name.value + "' (line " + std::to_string(route.name.span.line) + ")";
}

std::string named(const std::vector<const config::RouteSpec*>& routes) {
  constexpr std::size_t kNamed = 5;
  const std::size_t shown = routes.size() > kNamed + 1 ? kNamed : routes.size();
  std::string out;
  for (std::size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == routes.size();
    out += (i == 0 ? "" : last ? " and " : ", ") + named(*routes[i]);
  }
  if (shown < routes.size()) out += " and " + std::to_string(routes.size() - shown) + " more";
  return out;
}

}  // namespace gatehouse::routing
