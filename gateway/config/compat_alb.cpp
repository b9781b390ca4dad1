#include "config/compat_alb.h"

#include "config/compat_alb_parts.h"

namespace gatehouse::config {
namespace {

using alb::Findings;

constexpr std::size_t kMostRules = 100;
constexpr std::uint32_t kHighestPriority = 50'000;

bool any(const LimitsOverride& with) {
  return with.request_line || with.header || with.headers || with.response_headers || with.body ||
         with.header_count || with.requests_per_connection || with.connections ||
         with.connections_per_address;
}
bool any(const TimeoutsOverride& with) {
  return with.request_header || with.body_idle || with.keep_alive || with.send_stall ||
         with.connect || with.response || with.total || with.drain || with.half_close;
}

void check_limits(const Limits& limits, const Span& span, Findings& out) {
  const auto at_most = [&](Bytes value, Bytes most, const char* key) {
    if (value > most)
      out.say("alb-limit", span, std::string("limits.") + key + " is " + format_size(value),
              "an ALB takes " + format_size(most));
  };
  at_most(limits.request_line, 16_KiB, "request_line");
  at_most(limits.header, 16_KiB, "header");
  at_most(limits.headers, 64_KiB, "headers");
  at_most(limits.response_headers, 32_KiB, "response_headers");
}

void check_listener(const Spec& spec, const ListenerSpec& listener, Findings& out) {
  const auto endpoint = parse_endpoint(listener.address.value);
  if (endpoint && endpoint->kind != Endpoint::Kind::ip)
    out.say("alb-listener", listener.address.span, "an ALB listens on TCP ports alone", "");
  check_limits(apply(spec.limits, listener.limits), listener.span, out);
  const auto& fallback = listener.fallback ? listener.fallback : spec.fallback;
  if (!fallback) {
    out.say("alb-no-default", listener.span, "a listener without a default",
            "an ALB needs one; `respond: {status: 404}` does the same");
  } else {
    alb::check_action(*fallback, listener.tls ? "https" : "http", out);
  }
}

void check_group(const GroupSpec& group, Findings& out) {
  for (const auto& target : group.targets) {
    const auto endpoint = parse_endpoint(target.address.value);
    if (endpoint && endpoint->kind != Endpoint::Kind::ip)
      out.say("alb-target", target.address.span,
              "an ALB's targets are addresses, not names or sockets",
              "register the addresses that the name has");
    if (target.weight != 1)
      out.say("alb-target", target.address.span, "an ALB's targets have no weights of their own",
              "make a target group for each weight");
  }
  if (any(group.limits) || any(group.timeouts))
    out.say("alb-limit", group.span, "an ALB has no limits and times for a single target group",
            "");
}

void check_route(const RouteSpec& route, const std::string& scheme, Findings& out) {
  if (route.priority.value > kHighestPriority)
    out.say("alb-priority", route.priority.span, "a priority above 50,000",
            "`gatehouse fmt --renumber` gives new ones");
  alb::check_conditions(route, out);
  alb::check_rewrite(route.rewrite, out);
  alb::check_action(*route.action, scheme, out);
  if (any(route.limits) || any(route.timeouts))
    out.say("alb-limit", route.name.span, "an ALB has no limits and times for a single rule", "");
}

// Whoever asks about the scheme of a rule: that of its listeners, https if one of them is.
std::string scheme_of(const Spec& spec, const RouteSpec& route) {
  for (const auto& listener : spec.listeners) {
    bool here = route.listeners.empty();
    for (const auto& name : route.listeners) here = here || name.value == listener.name;
    if (here && listener.tls) return "https";
  }
  return "http";
}

}  // namespace

void alb::Findings::at_most(std::size_t most, std::string_view value, const Span& span,
                            const char* what) {
  if (value.size() <= most) return;
  say("alb-length", span,
      std::string(what) + " has " + std::to_string(value.size()) + " characters",
      "an ALB takes " + std::to_string(most));
}

void compat_alb(const Spec& spec, Diagnostics& diagnostics) {
  Findings out(diagnostics);
  if (spec.routes.size() > kMostRules)
    out.say("alb-rules", spec.routes[kMostRules].name.span,
            std::to_string(spec.routes.size()) + " rules",
            "an ALB takes " + std::to_string(kMostRules) + " unless its quota is raised");
  if (!spec.trusted_proxies.empty())
    out.say("alb-trusted-proxies", spec.trusted_proxies.front().span, "an ALB trusts no proxy",
            "it appends to the X-Forwarded-For of whoever connects");
  for (const auto& listener : spec.listeners) check_listener(spec, listener, out);
  for (const auto& group : spec.target_groups) check_group(group, out);
  for (const auto& route : spec.routes) check_route(route, scheme_of(spec, route), out);
}

}  // namespace gatehouse::config
