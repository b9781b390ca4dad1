#include "proxy/explain.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/read_config.h"
#include "snapshot/build.h"

namespace gatehouse::app {
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
  json groups = json::object();
  for (const auto& [name, weight] : explanation.groups) groups[name] = weight;
  return {{"forward", groups},
          {"host", explanation.upstream_host},
          {"target", explanation.upstream_target}};
}

json json_of(const std::string& listener, const Explanation& explanation) {
  json out = {{"listener", listener},
              {"method", explanation.method},
              {"host", explanation.host},
              {"path", explanation.path},
              {"client_ip", explanation.client_ip},
              {"rules", rules_of(explanation)}};
  out["rule"] = explanation.rule != nullptr ? json(explanation.rule->name) : json();
  if (explanation.refused != Reason::none) {
    out["refused"] = {{"status", row(explanation.refused).status},
                      {"reason", row(explanation.refused).word}};
  } else {
    out["action"] = action_of(explanation);
  }
  return out;
}

void print_action(const Explanation& explanation) {
  if (explanation.refused != Reason::none) {
    const auto& why = row(explanation.refused);
    std::printf("%u %s: %s\n", why.status, std::string(why.word).c_str(),
                std::string(why.sentence).c_str());
  } else if (!explanation.location.empty()) {
    std::printf("redirect %u to %s\n", explanation.status, explanation.location.c_str());
  } else if (explanation.status != 0) {
    std::printf("respond %u\n", explanation.status);
  } else {
    std::string groups;
    for (const auto& [name, weight] : explanation.groups) {
      groups += " " + name;
      if (explanation.groups.size() > 1) groups += ":" + std::to_string(weight);
    }
    std::printf("forward to%s: %s with Host: %s\n", groups.c_str(),
                explanation.upstream_target.c_str(), explanation.upstream_host.c_str());
  }
}

void print_text(const std::string& listener, const Explanation& explanation) {
  if (explanation.method.empty()) {
    std::printf("not routed on %s\n", listener.c_str());
    return print_action(explanation);
  }
  std::printf("%s %s on %s, for %s, from %s\n", explanation.method.c_str(),
              explanation.path.c_str(), listener.c_str(), explanation.host.c_str(),
              explanation.client_ip.c_str());
  bool decided = false;
  for (const auto& tried : explanation.rules) {
    std::printf("  %7u  %-20s ", tried.priority, tried.name.c_str());
    if (tried.failure) {
      std::printf("no: %s is %s, wanted %s\n", tried.failure->condition.c_str(),
                  tried.failure->saw.c_str(), tried.failure->wanted.c_str());
    } else {
      std::printf("%s\n", decided ? "would hold, but comes later" : "decides");
      decided = true;
    }
  }
  if (!decided && explanation.rule != nullptr) std::printf("  default  %-20s decides\n", "");
  std::printf("  -> ");
  print_action(explanation);
}

}  // namespace

int run_explain(const Arguments& arguments) {
  if (arguments.rest.size() != 2) {
    std::fputs("gatehouse: explain needs a method and a URL, such as GET http://shop.test/api/x\n",
               stderr);
    return kUsage;
  }
  proxy::Question question{.method = arguments.rest[0], .url = arguments.rest[1], .fields = {}};
  std::string wanted;
  for (const auto& [option, value] : arguments.options) {
    if (option == "-H") question.fields.push_back(value);
    if (option == "--source-ip") question.source_ip = value;
    if (option == "--listener") wanted = value;
  }
  auto read = read_config(arguments.config, arguments.json);
  if (!read) return kFailed;
  if (!read->loaded.good()) {
    std::fputs(config::render(read->loaded.diagnostics, arguments.config, read->bytes).c_str(),
               stderr);
    return kFailed;
  }
  observe::Metrics metrics;
  snapshot::Registry registry(metrics);
  const auto snapshot = snapshot::build(std::move(read->loaded.spec), nullptr, registry);
  const snapshot::ListenerView* listener = nullptr;
  for (const auto& view : snapshot->listeners) {
    if (listener == nullptr && (wanted.empty() || view->name == wanted)) listener = view.get();
  }
  if (listener == nullptr) {
    std::fprintf(stderr, "gatehouse: there is no listener '%s'\n", wanted.c_str());
    return kFailed;
  }
  const auto explanation = proxy::explain(*snapshot, *listener, question);
  if (!explanation) {
    std::fprintf(stderr, "gatehouse: %s\n", explanation.error().text().c_str());
    return kUsage;
  }
  if (arguments.json) {
    std::printf("%s\n", json_of(listener->name, *explanation)
                            .dump(2, ' ', false, json::error_handler_t::replace)
                            .c_str());
  } else {
    print_text(listener->name, *explanation);
  }
  return kFine;
}

}  // namespace gatehouse::app
