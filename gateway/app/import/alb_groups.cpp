#include <algorithm>

#include "app/import/alb_parts.h"
#include "app/import/yaml_text.h"
#include "config/scalar.h"

namespace gatehouse::app {
namespace {

using nlohmann::json;

const json* described(const AlbExport& from, const std::string& arn) {
  for (const auto& group : from.target_groups) {
    if (text_of(group, "TargetGroupArn") == arn) return &group;
  }
  return nullptr;
}

// Whether what is beside `of` is about the group.
bool is_about(const AlbExport::OfGroup& of, const std::string& arn, const json& group,
              std::size_t groups) {
  const std::string name = text_of(group, "TargetGroupName");
  return of.group == arn || (!name.empty() && of.group == name) || (!of.said && groups == 1);
}

// One setting by itself: what the gateway does not take yet goes alone.
void write_setting(const std::string& where, const std::string& setting, Outline& out) {
  out.open(where);
  out.line("    " + setting);
  out.close();
}

// The addresses; those that have none are named.
std::vector<std::string> addresses(const AlbExport& from, const std::string& arn, const json& group,
                                   std::string& without) {
  std::vector<std::string> out;
  for (const auto& of : from.targets) {
    if (!is_about(of, arn, group, from.target_groups.size())) continue;
    for (const json* each : objects_of(of.value, "TargetHealthDescriptions")) {
      if (text_of(member(*each, "TargetHealth"), "State") == "draining") continue;
      const json& target = member(*each, "Target");
      const std::string id = text_of(target, "Id");
      std::string port = text_of(target, "Port");
      if (port.empty()) port = text_of(group, "Port");
      const std::string address = id.find(':') == std::string::npos
                                      ? together({id, ":", port})
                                      : together({"[", id, "]:", port});
      if (text_of(group, "TargetType") == "ip" && config::parse_endpoint(address)) {
        out.push_back(yaml_scalar(address));
      } else {
        without += together({without.empty() ? "" : ", ", id, " (port ", port, ")"});
      }
    }
  }
  return out;
}

void write_targets(const AlbExport& from, const std::string& arn, const json& group,
                   const std::string& name, Outline& out) {
  const std::string type = text_of(group, "TargetType");
  std::string without;
  const auto known = addresses(from, arn, group, without);
  if (type == "lambda" || type == "alb") {
    out.note(4, name, "its targets are of type " + type + ", which has no counterpart: 503");
  } else if (!without.empty()) {
    out.note(4, name, "no addresses are exported of: " + without + "; write them below");
  } else if (known.empty()) {
    out.note(4, name, "its targets are not known: write them below; until then 503");
  }
  const std::string version = text_of(group, "ProtocolVersion");
  const bool tls = text_of(group, "Protocol") == "HTTPS";
  if (tls) out.comment(4, "an ALB believes any certificate of its targets; here it is verified");
  out.open(name, {"    targets: []"});
  if (version == "HTTP2") out.line("    protocol: h2");
  if (version == "GRPC") out.line("    protocol: grpc");
  if (tls) out.line("    tls: {}");
  std::string list;
  for (const auto& address : known) list += (list.empty() ? "" : ", ") + address;
  out.line("    targets: [" + list + "]");
  out.close();
}

void write_health_check(const json& group, const std::string& name, Outline& out) {
  if (text_of(group, "HealthCheckEnabled") == "false")
    return write_setting(name, "health_check: off", out);
  std::string check;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) check += (check.empty() ? "" : ", ") + std::string(key) + ": " + value;
  };
  const auto seconds = [&](const char* key) {
    const auto value = config::parse_integer(text_of(group, key));
    return value ? yaml_seconds(*value) : std::string();
  };
  const std::string path = text_of(group, "HealthCheckPath");
  if (!path.empty()) add("path", yaml_scalar(path));
  add("interval", seconds("HealthCheckIntervalSeconds"));
  add("timeout", seconds("HealthCheckTimeoutSeconds"));
  const auto number = [&](const char* key) {
    const std::string value = text_of(group, key);
    return value.empty() ? value : yaml_number(value);
  };
  add("healthy_threshold", number("HealthyThresholdCount"));
  add("unhealthy_threshold", number("UnhealthyThresholdCount"));
  const json& matcher = member(group, "Matcher");
  std::string codes = text_of(matcher, "HttpCode");
  if (codes.empty()) codes = text_of(matcher, "GrpcCode");
  if (!codes.empty()) add("matcher", yaml_scalar(codes));
  if (check.empty()) return;
  const std::string port = text_of(group, "HealthCheckPort");
  const std::string protocol = text_of(group, "HealthCheckProtocol");
  if (!port.empty() && port != "traffic-port")
    out.note(4, name, "the ALB checks port " + port + "; here the port of the traffic is checked");
  if (!protocol.empty() && protocol != text_of(group, "Protocol"))
    out.note(4, name, "the ALB checks over " + protocol + "; here as the traffic goes");
  write_setting(name, "health_check: {" + check + "}", out);
}

// Attributes of the group by key; `taken` ones are said, the others are named unless they say what
// is so anyway.
class Attributes {
 public:
  Attributes(const AlbExport& from, const std::string& arn, const json& group) {
    for (const auto& of : from.attributes) {
      if (!is_about(of, arn, group, from.target_groups.size())) continue;
      for (const json* each : objects_of(of.value, "Attributes"))
        values_[text_of(*each, "Key")] = text_of(*each, "Value");
    }
  }
  std::string take(const std::string& key) {
    const auto node = values_.extract(key);
    return node ? node.mapped() : std::string();
  }
  std::string take_seconds(const std::string& key) {
    const auto seconds = config::parse_integer(take(key));
    return seconds && *seconds > 0 ? yaml_seconds(*seconds) : std::string();
  }
  [[nodiscard]] const std::map<std::string, std::string>& rest() const { return values_; }

 private:
  std::map<std::string, std::string> values_;
};

std::string stickiness(Attributes& attributes) {
  const bool on = attributes.take("stickiness.enabled") == "true";
  const std::string type = attributes.take("stickiness.type");
  const std::string lb = attributes.take_seconds("stickiness.lb_cookie.duration_seconds");
  const std::string app = attributes.take_seconds("stickiness.app_cookie.duration_seconds");
  const std::string cookie = attributes.take("stickiness.app_cookie.cookie_name");
  if (!on) return {};
  const std::string& duration = type == "app_cookie" ? app : lb;
  return "{type: " + yaml_scalar(type) +
         (type == "app_cookie" ? ", name: " + yaml_scalar(cookie) : "") +
         ", duration: " + (duration.empty() ? "1d" : duration) + "}";
}

// The settings that attributes say; those that have no counterpart are named.
std::vector<std::string> settings(Attributes attributes, const std::string& name, Outline& out) {
  std::vector<std::string> said;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) said.push_back(std::string(key) + ": " + value);
  };
  const std::string algorithm = attributes.take("load_balancing.algorithm.type");
  add("algorithm", algorithm.empty() ? "" : yaml_scalar(algorithm));
  add("stickiness", stickiness(attributes));
  add("slow_start", attributes.take_seconds("slow_start.duration_seconds"));
  add("deregistration_delay", attributes.take_seconds("deregistration_delay.timeout_seconds"));
  for (const auto& [key, value] : attributes.rest()) {
    const bool usual = value.empty() || value == "off" || value == "false" || value == "1" ||
                       value == "use_load_balancer_configuration";
    if (!usual)
      out.note(4, name, together({"attribute ", key, " (", value, ") has no counterpart"}));
  }
  return said;
}

}  // namespace

void write_groups(const AlbExport& from, AlbNames& names, Outline& out) {
  if (names.groups().empty()) return;
  out.line("target_groups:");
  for (const auto& [arn, name] : names.groups()) {
    const json* group = described(from, arn);
    out.comment(2, arn);
    out.line("  " + yaml_key(name) + ":");
    if (group == nullptr) {
      out.note(4, name, "the target group was not described: write its targets; until then 503");
      out.line("    targets: []");
      continue;
    }
    const auto said = settings(Attributes(from, arn, *group), name, out);
    write_targets(from, arn, *group, name, out);
    write_health_check(*group, name, out);
    for (const auto& setting : said) write_setting(name, setting, out);
  }
  for (const auto* kind : {&from.targets, &from.attributes}) {
    for (const auto& of : *kind) {
      const bool known =
          std::any_of(names.groups().begin(), names.groups().end(), [&](const auto& each) {
            const json* group = described(from, each.first);
            return group != nullptr && is_about(of, each.first, *group, from.target_groups.size());
          });
      if (!known)
        out.note(2, of.file, "it does not say which target group it is about: name it, GROUP=FILE");
    }
  }
}

}  // namespace gatehouse::app
