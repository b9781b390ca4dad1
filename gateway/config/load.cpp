#include "config/load.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "config/section/section.h"
#include "config/terminal.h"

namespace gatehouse::config {
namespace {

constexpr const char* kAdminApi = "the admin API";

// What only the whole file can tell.
class CrossCheck {
 public:
  // `all_known`: no key of the file is misspelt, so what is missing is missing; `stores_known`: nor
  // a store's name under `stores`.
  CrossCheck(Reader& reader, const Spec& spec, bool all_known, bool stores_known)
      : reader_(reader), spec_(spec), all_known_(all_known), stores_known_(stores_known) {
    for (const auto& group : spec.target_groups) groups_.insert(group.name);
    for (const auto& listener : spec.listeners) listeners_.insert(listener.name);
  }

  void run() {
    listeners();
    routes();
    for (const auto& listener : spec_.listeners) action(listener.fallback);
    action(spec_.fallback);
  }

 private:
  void listeners() {
    std::map<std::string, std::string> addresses;
    if (!spec_.admin.off) addresses.emplace(same_for_all(spec_.admin.address), kAdminApi);
    for (const auto& listener : spec_.listeners) {
      const std::string address = same_for_all(listener.address.value);
      if (address.empty() || address.ends_with(":0")) continue;
      const auto [at, fresh] = addresses.emplace(address, "listener '" + listener.name + "'");
      if (fresh) continue;
      reader_.error(listener.address.span, "duplicate-address",
                    at->second + " has this address already",
                    at->second == kAdminApi ? "give it another, or write `admin: off`" : "");
    }
    if (spec_.listeners.empty() && all_known_)
      reader_.warning({}, "no-listener", "no listener: nothing can be reached",
                      "listeners: {public: {address: 0.0.0.0:8080}}");
    const bool somewhere = !spec_.routes.empty() || spec_.fallback ||
                           std::any_of(spec_.listeners.begin(), spec_.listeners.end(),
                                       [](const auto& l) { return l.fallback.has_value(); });
    if (!somewhere && all_known_)
      reader_.warning({}, "no-route", "no route and no default: every request gets 404");
  }

  void routes() {
    std::unordered_map<std::string, const RouteSpec*> names;
    std::map<std::pair<std::string_view, std::uint32_t>, const RouteSpec*> priorities;
    for (const auto& route : spec_.routes) {
      if (!route.name.value.empty()) {
        const auto [at, fresh] = names.emplace(route.name.value, &route);
        if (!fresh)
          reader_.error(route.name.span, "duplicate-name",
                        "the route of line " + std::to_string(at->second->name.span.line) +
                            " has this name already");
        if (route.name.value == "default")
          reader_.error(route.name.span, "duplicate-name",
                        "`default`, the rule for what no route takes, has this name already");
      }
      for (const auto& listener : route.listeners) {
        if (listeners_.contains(listener.value) || (listeners_.empty() && !all_known_)) continue;
        reader_.error(listener.span, "unknown-listener",
                      "there is no listener " + in_quotes(listener.value),
                      meant(listener.value, listeners_));
      }
      priority(route, priorities);
      action(route.action);
      for (const auto& step : route.plugins) groups_of(step);
    }
  }

  // [::1]:80 and [0::1]:080 are one address.
  static std::string same_for_all(const std::string& address) {
    const auto endpoint = parse_endpoint(address);
    if (!endpoint || endpoint->kind != Endpoint::Kind::ip) return address;
    const auto block = parse_block(endpoint->host);
    const auto size = block->v6 ? block->first.size() : 4;
    std::string out = block->v6 ? "6 " : "4 ";
    for (std::size_t i = 0; i < size; ++i) out += std::to_string(block->first[i]) + ".";
    return out + ":" + std::to_string(endpoint->port);
  }

  void groups_of(const StepSpec& step) {
    if (step.use == nullptr || step.use->values == nullptr) return;
    for (const auto& group : step.use->values->groups) known_group(group);
    for (const auto& store : step.use->values->stores) known_store(store);
  }

  void priority(const RouteSpec& route,
                std::map<std::pair<std::string_view, std::uint32_t>, const RouteSpec*>& taken) {
    if (route.priority.value == 0) return;
    const auto check = [&](std::string_view listener) {
      const auto [at, fresh] = taken.emplace(std::pair(listener, route.priority.value), &route);
      if (fresh || at->second == &route) return true;
      reader_.error(route.priority.span, "duplicate-priority",
                    "priority " + std::to_string(route.priority.value) + " is taken by route '" +
                        at->second->name.value + "' (line " +
                        std::to_string(at->second->name.span.line) + ") on listener '" +
                        std::string(listener) + "'",
                    "every route of a listener has its own priority");
      return false;
    };
    if (route.listeners.empty()) {
      for (const auto& listener : spec_.listeners) {
        if (!check(listener.name)) return;
      }
      return;
    }
    for (const auto& listener : route.listeners) {
      if (!check(listener.value)) return;
    }
  }

  void action(const std::optional<ActionSpec>& action) {
    if (!action) return;
    for (const auto& to : action->forward) known_group(to.group);
    if (action->handler) groups_of(*action->handler);
  }

  void known_group(const Text& group) {
    if (group.value.empty() || groups_.contains(group.value)) return;
    if (groups_.empty() && !all_known_) return;
    if (!said_.insert({group.span.line, group.span.column}).second) return;
    reader_.error(group.span, "unknown-target-group",
                  "there is no target group " + in_quotes(group.value),
                  meant(group.value, groups_));
  }

  void known_store(const Text& store) {
    if ((store.value == "redis" && spec_.stores.redis) || !stores_known_) return;
    if (!said_.insert({store.span.line, store.span.column}).second) return;
    reader_.error(store.span, "unknown-store", "there is no store " + in_quotes(store.value),
                  spec_.stores.redis ? "did you mean 'redis'?"
                                     : "stores: {redis: {url: \"redis://127.0.0.1:6379/0\"}}");
  }

  static std::string meant(std::string_view word, const std::set<std::string>& words) {
    const std::string_view best = nearest(word, {words.begin(), words.end()});
    return best.empty() ? std::string() : "did you mean '" + std::string(best) + "'?";
  }

  Reader& reader_;
  const Spec& spec_;
  const bool all_known_;
  const bool stores_known_;
  std::set<std::string> groups_;
  std::set<std::pair<std::uint32_t, std::uint32_t>> said_;  // an instance stands on many routes
  std::set<std::string> listeners_;
};

}  // namespace

Loaded load(std::string_view text, const Source& source, Plugins* plugins, Policies* policies) {
  Loaded loaded;
  const Document document(text, loaded.diagnostics);
  if (document.root().kind == Node::Kind::null) return loaded;
  Reader reader(document, source, loaded.diagnostics, plugins, policies);
  search_plugins(reader, document.root());
  allow_environment(reader, document.root());
  reader.read_map(document.root(), table_of(loaded.spec), &loaded.spec, "the file");
  const bool all_known = !reader.has_unknown_key(document.root(), table_of(loaded.spec));
  resolve_plugins(reader, loaded.spec, all_known);
  const Node* stores = reader.find(document.root(), "stores");
  const bool stores_known =
      all_known && (stores == nullptr || !reader.has_unknown_key(*stores, table_of(StoresSpec{})));
  CrossCheck(reader, loaded.spec, all_known, stores_known).run();
  if (loaded.good()) check_names(reader, document.root(), loaded.spec);
  return loaded;
}

}  // namespace gatehouse::config
