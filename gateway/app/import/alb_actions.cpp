#include <algorithm>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "base/ascii.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

std::string lowered(std::string text) {
  ascii::make_lower(text);
  return text;
}

void forward(const json& action, AlbNames& names, AlbActions& out) {
  const json& config = member(action, "ForwardConfig");
  auto groups = objects_of(config, "TargetGroups");
  if (groups.empty()) groups.push_back(&action);  // the old form: TargetGroupArn beside the type
  std::vector<std::string> weighted;
  for (const json* group : groups) {
    const std::string arn = text_of(*group, "TargetGroupArn");
    if (arn.empty()) {
      out.problem = "it names no target group";
      return;
    }
    const std::string weight = text_of(*group, "Weight");
    const std::string name = yaml_key(names.group(arn));
    weighted.push_back(groups.size() == 1 && weight != "0"
                           ? name
                           : name + ": " + (weight.empty() ? "1" : yaml_number(weight)));
  }
  out.action = "forward: " + weighted[0];
  if (weighted.size() > 1 || weighted[0].find(": ") != std::string::npos) {
    out.action = "forward: {" + weighted[0];
    for (std::size_t i = 1; i < weighted.size(); ++i) out.action += ", " + weighted[i];
    out.action += "}";
  }
  const json& sticky = member(config, "TargetGroupStickinessConfig");
  if (text_of(sticky, "Enabled") != "true") return;
  const auto seconds = config::parse_integer(text_of(sticky, "DurationSeconds"));
  if (groups.size() > 1) out.sticky = yaml_seconds(seconds.value_or(3600));
}

void redirect(const json& action, AlbActions& out) {
  const json& config = member(action, "RedirectConfig");
  struct Part {
    const char* key;
    const char* name;
    std::string_view otherwise;
  };
  constexpr Part kParts[] = {{"Protocol", "protocol", "#{protocol}"},
                             {"Host", "host", "#{host}"},
                             {"Port", "port", "#{port}"},
                             {"Path", "path", "/#{path}"},
                             {"Query", "query", "#{query}"}};
  std::string parts;
  for (const Part& part : kParts) {
    std::string value = text_of(config, part.key);
    const bool said = !member(config, part.key).is_null();
    if (!said || value == part.otherwise) continue;
    if (part.key == std::string_view("Protocol") && !value.starts_with("#")) value = lowered(value);
    parts += std::string(part.name) + ": " + yaml_scalar(value) + ", ";
  }
  std::string status = text_of(config, "StatusCode");
  if (status.starts_with("HTTP_")) status.erase(0, 5);
  out.action = "redirect: {" + parts + "status: " + yaml_number(status) + "}";
}

void respond(const json& action, AlbActions& out) {
  const json& config = member(action, "FixedResponseConfig");
  out.action = "respond: {status: " + yaml_number(text_of(config, "StatusCode"));
  if (const std::string type = text_of(config, "ContentType"); !type.empty())
    out.action += ", content_type: " + yaml_scalar(type);
  if (const std::string body = text_of(config, "MessageBody"); !body.empty())
    out.action += ", body: " + yaml_scalar(body);
  out.action += "}";
}

std::vector<const json*> in_order(const json& actions) {
  std::vector<const json*> out;
  for (const auto& action : actions) {
    if (action.is_object()) out.push_back(&action);
  }
  const auto order = [](const json* action) {
    return config::parse_integer(text_of(*action, "Order")).value_or(0);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const json* a, const json* b) { return order(a) < order(b); });
  return out;
}

}  // namespace

AlbActions alb_actions(const json& actions, AlbNames& names) {
  AlbActions out;
  for (const json* action : in_order(actions)) {
    const std::string type = text_of(*action, "Type");
    if (!out.action.empty()) out.problem = "action '" + type + "' comes after the one that ends";
    if (const auto lines = alb_authenticate(*action, out.notes)) {
      out.plugins.insert(out.plugins.end(), lines->begin(), lines->end());
    } else if (type == "forward") {
      forward(*action, names, out);
    } else if (type == "redirect") {
      redirect(*action, out);
    } else if (type == "fixed-response") {
      respond(*action, out);
    } else {
      out.problem = "action '" + type + "' is not known";
    }
    if (!out.problem.empty()) return out;
  }
  if (out.action.empty()) out.problem = "it has no action that ends it";
  return out;
}

bool authenticates(const json& actions) {
  std::vector<std::string> notes;
  return actions.is_array() && std::any_of(actions.begin(), actions.end(), [&](const json& action) {
           return alb_authenticate(action, notes).has_value();
         });
}

std::string closed(std::size_t indent) {
  return std::string(indent, ' ') +
         "action: {respond: {status: 503, body: \"This rule was not translated.\\n\"}}";
}

void write_actions(const AlbActions& actions, const std::string& rewrite, std::size_t indent,
                   const std::string& where, Outline& out) {
  const std::string margin(indent, ' ');
  if (!actions.plugins.empty()) {
    out.line(margin + "plugins:");
    for (const auto& line : actions.plugins) out.line(together({margin, "  ", line}));
  }
  if (!rewrite.empty()) out.line(margin + "rewrite: " + rewrite);
  if (actions.sticky.empty()) return out.line(margin + "action: {" + actions.action + "}");
  out.line(margin + "action:");
  out.line(margin + "  " + actions.action);
  out.open(where);
  out.line(margin + "  sticky: " + actions.sticky);
  out.close();
}

}  // namespace gatehouse::app
