// What the names of a file are good for: which are used, and which plugins stand on which routes.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "config/section/section.h"

namespace gatehouse::config {
namespace {

// Plugins that ask who the client is.
constexpr std::string_view kAuth[] = {"auth", "basic_auth", "api_key", "forward_auth"};
constexpr std::size_t kNamed = 10;  // routes in a message

class Names {
 public:
  Names(Reader& reader, const Node& file) : reader_(reader) {
    if (const Node* instances = reader.find(file, "plugins")) {
      reader.each_entry(*instances, [&](const Node& key, const Node& value) {
        instances_.emplace(key.text, plugin_of(value));
        spans_.push_back({key.span, key.text});
        take_texts(value);
      });
    }
    const Node* routes = reader.find(file, "routes");
    if (routes == nullptr) return;
    reader.each_item(*routes, [&](const Node& route) { take_route(route); });
  }

  void unused_groups(const Spec& spec) {
    const auto take = [&](const std::optional<ActionSpec>& action) {
      if (!action) return;
      for (const auto& to : action->forward) texts_.insert(to.group.value);
    };
    for (const auto& route : spec.routes) take(route.action);
    for (const auto& listener : spec.listeners) take(listener.fallback);
    take(spec.fallback);
    if (policies_) return;  // a script may name any
    for (const auto& group : spec.target_groups) {
      if (!texts_.contains(group.name))
        reader_.warning(group.span, "unused-target-group",
                        "no action names the target group '" + group.name + "'",
                        "remove it, or forward to it");
    }
  }

  void unused_instances() {
    for (const auto& [span, name] : spans_) {
      if (!steps_.contains(name))
        reader_.warning(span, "unused-plugin", "no route names the plugin instance '" + name + "'",
                        "remove it, or name it in `plugins:` of a route");
    }
  }

  void public_routes(const Spec& spec) {
    std::vector<Related> open;
    std::string names;
    for (std::size_t i = 0; i < spec.routes.size() && i < asks_.size(); ++i) {
      const RouteSpec& route = spec.routes[i];
      const bool answers = route.action && (route.action->redirect || route.action->respond);
      if (asks_[i] || answers) continue;
      open.push_back({route.name.span, "has no auth step"});
      if (open.size() <= kNamed) names += (names.empty() ? "" : ", ") + route.name.value;
    }
    if (open.empty() || std::find(asks_.begin(), asks_.end(), true) == asks_.end()) return;
    if (open.size() > kNamed) names += " and " + std::to_string(open.size() - kNamed) + " more";
    const Span first = open.front().span;
    const std::string counted =
        open.size() == 1 ? "a route has" : std::to_string(open.size()) + " routes have";
    const auto default_too = [&](const std::optional<ActionSpec>& action) {
      if (action && !action->forward.empty())
        open.push_back({action->span, "the default has none either, for what no route takes"});
    };
    for (const auto& listener : spec.listeners) default_too(listener.fallback);
    default_too(spec.fallback);
    reader_.note(first, "public-routes", counted + " no auth step: " + names, std::move(open));
  }

 private:
  std::string plugin_of(const Node& use) const {
    const Node* plugin = reader_.find(use, "use");
    return plugin == nullptr ? std::string() : plugin->text;
  }

  // A plugin's configuration may name a group anywhere.
  void take_texts(const Node& node) {
    if (node.kind == Node::Kind::scalar) texts_.insert(node.text);
    reader_.each_item(node, [&](const Node& item) { take_texts(item); });
    reader_.each_entry(node, [&](const Node&, const Node& value) { take_texts(value); });
  }

  void take_route(const Node& route) {
    bool asks = false;
    const auto step = [&](const Node& node) {
      policies_ = policies_ || reader_.find(node, "policy") != nullptr;
      const std::string name = node.kind == Node::Kind::scalar ? node.text : plugin_of(node);
      steps_.insert(name);
      take_texts(node);
      const auto instance = instances_.find(name);
      const std::string& plugin = instance == instances_.end() ? name : instance->second;
      asks = asks || std::find(std::begin(kAuth), std::end(kAuth), plugin) != std::end(kAuth);
    };
    if (const Node* steps = reader_.find(route, "plugins")) {
      steps->kind == Node::Kind::sequence ? reader_.each_item(*steps, step) : step(*steps);
    }
    policies_ = policies_ || reader_.find(route, "policy") != nullptr ||
                reader_.find(route, "policies") != nullptr;
    if (const Node* action = reader_.find(route, "action")) {
      if (const Node* handler = reader_.find(*action, "handler")) {
        steps_.insert(handler->kind == Node::Kind::scalar ? handler->text : plugin_of(*handler));
        take_texts(*handler);
      }
    }
    asks_.push_back(asks);
  }

  struct Named {
    Span span;
    std::string name;
  };
  Reader& reader_;
  std::unordered_map<std::string, std::string> instances_;  // to their plugin
  std::vector<Named> spans_;
  std::set<std::string> steps_;
  std::set<std::string> texts_;
  std::vector<bool> asks_;  // for each route
  bool policies_ = false;
};

}  // namespace

void check_names(Reader& reader, const Node& file, const Spec& spec) {
  Names names(reader, file);
  names.unused_groups(spec);
  names.unused_instances();
  names.public_routes(spec);
}

}  // namespace gatehouse::config
