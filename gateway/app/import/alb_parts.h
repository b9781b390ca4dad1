// The parts of an ALB's export, each as the lines that say the same in routes.yaml.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/import/alb.h"

namespace gatehouse::app {

// Names that are given once each.
class AlbNames {
 public:
  // `wanted`, as a name, with a number behind it if it is taken.
  std::string take(const std::string& wanted);
  // The target group of an ARN; one that was not described is named after its ARN.
  std::string group(const std::string& arn);
  [[nodiscard]] const std::map<std::string, std::string>& groups() const { return groups_; }

 private:
  std::set<std::string> taken_;
  std::map<std::string, std::string> groups_;  // by ARN
};

// The lines below `when:`; empty: every request.  Errors: the first condition that cannot be said.
[[nodiscard]] Result<std::vector<std::string>, std::string> alb_conditions(
    const nlohmann::json& rule, std::vector<std::string>& notes);

// What a rule does.
struct AlbActions {
  std::vector<std::string> plugins;  // lines below `plugins:`
  std::string action;                // "forward: shop"
  std::string sticky;                // "1h"; "": no stickiness
  std::vector<std::string> notes;
  std::string problem;  // why it cannot be said; "": it can
};
[[nodiscard]] AlbActions alb_actions(const nlohmann::json& actions, AlbNames& names);
// The line below `plugins:` for one that authenticates; nothing: it is of another type.
[[nodiscard]] std::optional<std::vector<std::string>> alb_authenticate(
    const nlohmann::json& action, std::vector<std::string>& notes);
// The value of `rewrite:`; "": there is none.
[[nodiscard]] Result<std::string, std::string> alb_rewrite(const nlohmann::json& rule);

struct AlbListener {
  std::string arn;
  std::string name;
  nlohmann::json value;  // null: known from its rules only
};
// The section `listeners`.  A default action that authenticates becomes the last route; it is left
// out here.
void write_listeners(const AlbExport& from, const std::vector<AlbListener>& listeners,
                     AlbNames& names, Outline& out);
// Whether the first of the actions authenticates.
[[nodiscard]] bool authenticates(const nlohmann::json& actions);
// The default actions of a listener, from itself or from its default rule.
[[nodiscard]] nlohmann::json default_actions(const AlbExport& from, const AlbListener& listener);
// The ARN of the listener of a rule; "": its own ARN is none.
[[nodiscard]] std::string listener_of(const nlohmann::json& rule);
// What a rule does when it cannot be said: nobody gets through.
[[nodiscard]] std::string closed(std::size_t indent);

void write_groups(const AlbExport& from, AlbNames& names, Outline& out);
void write_rules(const AlbExport& from, const std::vector<AlbListener>& listeners, AlbNames& groups,
                 Outline& out);
// Plugins, rewrite and action of a rule, at an indentation.
void write_actions(const AlbActions& actions, const std::string& rewrite, std::size_t indent,
                   const std::string& where, Outline& out);

}  // namespace gatehouse::app
