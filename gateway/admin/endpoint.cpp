#include "admin/endpoint.h"

namespace gatehouse::admin {

namespace {
constexpr Endpoint kEndpoints[] = {
    {"GET", "/config", true, "what is live: listeners, target groups, rules", serve_config},
    {"GET", "/generations", true, "the generations that can be gone back to", serve_generations},
    {"GET", "/explain", false,
     "which rule decides: ?method=M&url=U&header=H&source_ip=IP&listener=NAME", serve_explain},
    {"GET", "/targets", true, "targets, their addresses, requests and failures", serve_targets},
    {"GET", "/healthz", true, "the process lives; with build information", serve_healthz},
    {"GET", "/readyz", true, "it serves what the file says; 503 while it drains", serve_readyz},
    {"GET", "/metrics", false, "Prometheus", serve_metrics},
    {"GET", "/traffic", false, "counts of rules, target groups and policies, for `gatehouse top`",
     serve_traffic},
    {"GET", "/shadow", false, "requests that policies in shadow would have ended", serve_shadow},
    {"POST", "/reload", false, "load the file again", serve_reload},
    {"POST", "/rollback", false, "go back, ?generation=N", serve_rollback},
};
}  // namespace

std::span<const Endpoint> endpoints() { return kEndpoints; }

std::optional<std::string_view> Request::find(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) == name)
      return equals == std::string_view::npos ? pair.substr(pair.size()) : pair.substr(equals + 1);
  }
  return std::nullopt;
}

}  // namespace gatehouse::admin
