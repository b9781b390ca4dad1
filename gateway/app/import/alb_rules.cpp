#include <algorithm>
#include <map>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

// A rule, and the listeners that have the same one.
struct Rule {
  std::string priority;
  const json* value;
  std::vector<const AlbListener*> listeners;
};

std::uint64_t order(const Rule& rule) {
  return config::parse_integer(rule.priority).value_or(UINT64_MAX);
}

std::string content(const json& rule) {
  return json{member(rule, "Conditions"), member(rule, "Actions"), member(rule, "Transforms")}
      .dump();
}

std::vector<Rule> in_order(const AlbExport& from, const std::vector<AlbListener>& listeners,
                           Outline& out) {
  std::vector<Rule> rules;
  std::map<std::pair<std::string, std::string>, std::size_t> same;
  for (const auto& value : from.rules) {
    const std::string priority = text_of(value, "Priority");
    if (priority == "default" || text_of(value, "IsDefault") == "true") continue;
    const std::string arn = listener_of(value);
    const auto at = std::find_if(listeners.begin(), listeners.end(),
                                 [&](const auto& listener) { return listener.arn == arn; });
    if (at == listeners.end()) {
      out.note(2, "rule of priority " + priority, "left out: its ARN names no listener");
      continue;
    }
    const auto [known, fresh] = same.emplace(std::pair(priority, content(value)), rules.size());
    if (fresh) rules.push_back({priority, &value, {}});
    auto& on = rules[known->second].listeners;
    if (std::find(on.begin(), on.end(), &*at) == on.end()) on.push_back(&*at);
  }
  std::stable_sort(rules.begin(), rules.end(),
                   [](const Rule& a, const Rule& b) { return order(a) < order(b); });
  return rules;
}

std::string name_of(const Rule& rule, bool alone, AlbNames& names) {
  return names.take((alone ? "" : rule.listeners[0]->name + "-") + "rule-" + rule.priority);
}

void write_listeners_of(const Rule& rule, std::size_t all, Outline& out) {
  if (all < 2) return;
  std::string list;
  for (const auto* listener : rule.listeners)
    list += (list.empty() ? "" : ", ") + yaml_scalar(listener->name);
  out.line("    listeners: [" + list + "]");
}

// Plugins, rewrite and action: together, so that nothing gets through without its step.
void write_what_happens(const Rule& rule, const std::string& name, AlbNames& groups, Outline& out) {
  const json& actions = member(*rule.value, "Actions");
  auto translated = alb_actions(actions, groups);
  const auto rewrite = alb_rewrite(*rule.value);
  if (!rewrite && translated.problem.empty()) translated.problem = rewrite.error();
  for (const auto& note : translated.notes) out.comment(4, note);
  out.open(name, {closed(4)});
  if (translated.problem.empty()) {
    write_actions(translated, *rewrite, 4, name, out);
  } else {
    out.line("    action: " + actions.dump());
    if (!member(*rule.value, "Transforms").is_null())
      out.line("    transforms: " + member(*rule.value, "Transforms").dump());
    out.drop(translated.problem);
  }
  out.close();
}

void write_rule(const Rule& rule, const std::string& name, std::size_t listeners, AlbNames& groups,
                Outline& out) {
  std::vector<std::string> notes;
  const auto conditions = alb_conditions(*rule.value, notes);
  out.open(name);
  out.line("  - name: " + yaml_scalar(name));
  out.line("    priority: " + yaml_number(rule.priority));
  write_listeners_of(rule, listeners, out);
  for (const auto& note : notes) out.comment(4, note);
  if (conditions) {
    out.line("    when:");
    for (const auto& line : *conditions) out.line("      " + line);
  } else {
    out.line("    when: " + member(*rule.value, "Conditions").dump());
    out.drop(conditions.error());
  }
  write_what_happens(rule, name, groups, out);
  out.close();
}

}  // namespace

std::string listener_of(const json& rule) {
  std::string arn = text_of(rule, "RuleArn");
  const auto kind = arn.find(":listener-rule/");
  const auto last = arn.rfind('/');
  if (kind == std::string::npos || last <= kind + 15) return {};
  return arn.substr(0, kind) + ":listener/" + arn.substr(kind + 15, last - kind - 15);
}

void write_rules(const AlbExport& from, const std::vector<AlbListener>& listeners, AlbNames& groups,
                 Outline& out) {
  AlbNames names;  // of rules
  std::vector<Rule> rules = in_order(from, listeners, out);
  std::vector<json> defaults;  // those that authenticate: a listener's default has no plugins
  defaults.reserve(listeners.size());
  for (const auto& listener : listeners) {
    const json actions = default_actions(from, listener);
    if (!authenticates(actions)) continue;
    defaults.push_back({{"Actions", actions}});
    rules.push_back({"1000000", &defaults.back(), {&listener}});
  }
  if (rules.empty()) return;
  out.section("routes:", "routes: []");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    if (rule.priority == "1000000") {
      const std::string name = names.take(rule.listeners[0]->name + "-default");
      out.open(name);
      out.line("  - name: " + name);
      out.line("    priority: 1000000");
      write_listeners_of(rule, listeners.size(), out);
      write_what_happens(rule, name, groups, out);
      out.close();
      continue;
    }
    const bool alone = std::count_if(rules.begin(), rules.end(), [&](const Rule& other) {
                         return other.priority == rule.priority;
                       }) == 1;
    write_rule(rule, name_of(rule, alone, names), listeners.size(), groups, out);
  }
}

}  // namespace gatehouse::app
