#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/read_config.h"
#include "config/describe.h"

namespace gatehouse::app {
namespace {

std::string action_of(const config::ActionSpec& action) {
  if (action.respond) return "respond " + std::to_string(action.respond->status);
  if (action.redirect) {
    const auto& redirect = *action.redirect;
    std::string out = "redirect " + std::to_string(redirect.status) + " to ";
    if (redirect.url) return out + redirect.url->value;
    const auto part = [](const std::optional<config::Text>& text, const char* otherwise) {
      return text ? text->value : std::string(otherwise);
    };
    return out + part(redirect.protocol, "#{protocol}") + "://" + part(redirect.host, "#{host}") +
           ":" + part(redirect.port, "#{port}") + part(redirect.path, "/#{path}") + "?" +
           part(redirect.query, "#{query}");
  }
  if (action.handler) return "handler " + action.handler->name.value;
  std::string out = "forward to";
  for (const auto& to : action.forward)
    out +=
        " " + to.group.value + (action.forward.size() > 1 ? ":" + std::to_string(to.weight) : "");
  return out;
}

std::vector<std::string> steps_of(const config::RouteSpec& route) {
  std::vector<std::string> out;
  for (const auto& step : route.plugins) {
    if (step.use != nullptr) out.push_back(step.use->key);
  }
  return out;
}

std::vector<const config::RouteSpec*> routes_of(const config::Spec& spec,
                                                const std::string& listener) {
  std::vector<const config::RouteSpec*> out;
  for (const auto& route : spec.routes) {
    const bool here =
        route.listeners.empty() || std::any_of(route.listeners.begin(), route.listeners.end(),
                                               [&](const auto& l) { return l.value == listener; });
    if (here) out.push_back(&route);
  }
  std::stable_sort(out.begin(), out.end(), [](const auto* a, const auto* b) {
    return a->priority.value < b->priority.value;
  });
  return out;
}

void print_text(const config::Spec& spec) {
  for (const auto& listener : spec.listeners) {
    std::printf("%s (%s)\n", listener.name.c_str(), listener.address.value.c_str());
    for (const auto* route : routes_of(spec, listener.name)) {
      std::printf("  %7u  %-20s %s\n           %-20s -> %s\n", route->priority.value,
                  route->name.value.c_str(), config::describe(route->when).c_str(), "",
                  action_of(*route->action).c_str());
      std::string steps;
      for (const auto& step : steps_of(*route)) steps += ' ' + step;
      if (!steps.empty()) std::printf("           %-20s    steps:%s\n", "", steps.c_str());
    }
    const auto& fallback = listener.fallback ? listener.fallback : spec.fallback;
    std::printf("  default  %-20s -> %s\n", "", fallback ? action_of(*fallback).c_str() : "404");
  }
}

void print_json(const config::Spec& spec) {
  nlohmann::json out = nlohmann::json::array();
  for (const auto& listener : spec.listeners) {
    nlohmann::json rules = nlohmann::json::array();
    for (const auto* route : routes_of(spec, listener.name)) {
      rules.push_back({{"priority", route->priority.value},
                       {"name", route->name.value},
                       {"when", config::describe(route->when)},
                       {"steps", steps_of(*route)},
                       {"action", action_of(*route->action)}});
    }
    const auto& fallback = listener.fallback ? listener.fallback : spec.fallback;
    out.push_back(
        {{"listener", listener.name},
         {"address", listener.address.value},
         {"routes", rules},
         {"default", fallback ? nlohmann::json(action_of(*fallback)) : nlohmann::json()}});
  }
  std::printf("%s\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

}  // namespace

int run_routes(const Arguments& arguments) {
  const auto read = read_config(arguments.config);
  if (!read) return failed(arguments, read.error());
  if (!read->loaded.good()) return refused(arguments, *read, arguments.config);
  arguments.json ? print_json(read->loaded.spec) : print_text(read->loaded.spec);
  return kFine;
}

}  // namespace gatehouse::app
