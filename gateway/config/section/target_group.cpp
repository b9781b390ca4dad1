#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kProtocols[] = {"http1", "h2", "grpc"};
constexpr std::string_view kAlgorithms[] = {"round_robin", "least_outstanding_requests",
                                            "weighted_random", "consistent_hash"};
constexpr std::string_view kStickiness[] = {"lb_cookie", "app_cookie"};

constexpr Row kHealthCheck[] = {
    checked<std::string>("path", "what is asked", {.format = &kPath, .initial = "/"}),
    checked<Millis>("interval", "between two checks", {.min = 100, .max = 300'000}),
    checked<Millis>("timeout", "longest wait for an answer", {.min = 10, .max = 120'000}),
    checked<std::uint32_t>("healthy_threshold", "good answers until healthy",
                           {.min = 1, .max = 100}),
    checked<std::uint32_t>("unhealthy_threshold", "bad answers until unhealthy",
                           {.min = 1, .max = 100}),
    checked<std::string>("matcher", "statuses that are good, such as \"200-399\"",
                         {.format = &kStatuses}),
};

struct StickinessLater {};
constexpr Row kSticky[] = {
    checked<Choice>("type", "whose cookie", {.required = true, .words = kStickiness}),
    checked<std::string>("name", "of the application's cookie", {.example = "sid"}),
    checked<Millis>("duration", "how long", {.example = "1d"}),
};
Table table_of(const StickinessLater&) { return kSticky; }
constexpr std::string_view what_is(const StickinessLater&) { return "stickiness"; }

struct OutlierLater {};
constexpr Row kOutlier[] = {
    checked<std::uint32_t>("consecutive_5xx", "answers in a row"),
    checked<Millis>("eject", "how long"),
    checked<std::string>("at_most", "share of the targets", {.format = &kPercent}),
};
Table table_of(const OutlierLater&) { return kOutlier; }
constexpr std::string_view what_is(const OutlierLater&) { return "outlier"; }

struct BackoffLater {};
constexpr Row kBackoff[] = {checked<Millis>("base", "first pause", {.example = "25ms"}),
                            checked<Millis>("max", "longest pause", {.example = "1s"})};
Table table_of(const BackoffLater&) { return kBackoff; }
constexpr std::string_view what_is(const BackoffLater&) { return "backoff"; }

struct RetryLater {};
constexpr Row kRetry[] = {
    checked<std::uint32_t>("attempts", "in all", {.min = 1, .max = 10, .example = "3"}),
    checked<std::vector<std::string>>("on", "connect_failure, or a status in quotes",
                                      {.format = &kRetryOn}),
    checked<bool>("non_idempotent", "also requests that may have had an effect"),
    checked<BackoffLater>("backoff", "pauses between attempts",
                          {.example = "{base: 25ms, max: 1s}"}),
    checked<std::string>("budget", "share of requests that may be tried again",
                         {.format = &kPercent}),
};
Table table_of(const RetryLater&) { return kRetry; }
constexpr std::string_view what_is(const RetryLater&) { return "retry"; }

struct BreakerLater {};
constexpr Row kBreaker[] = {
    checked<std::uint32_t>("failure_threshold", "failures until it opens", {.min = 1}),
    checked<Millis>("recovery_timeout", "until one request may try"),
};
Table table_of(const BreakerLater&) { return kBreaker; }
constexpr std::string_view what_is(const BreakerLater&) { return "circuit_breaker"; }

struct GroupTlsLater {};
constexpr Row kGroupTls[] = {
    checked<std::string>("ca", "file with the authorities that are believed",
                         {.example = "ca.pem"}),
    checked<std::string>("server_name", "name that the certificate must have",
                         {.example = "backend.local"}),
};
Table table_of(const GroupTlsLater&) { return kGroupTls; }
constexpr std::string_view what_is(const GroupTlsLater&) { return "tls"; }

// `off`, or a map.
void read_health_check(Reader& reader, const Node& node, const Row&, void*) {
  if (node.kind == Node::Kind::scalar && node.text == "off") return;
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "off or a map (health_check)");
  reader.read_map(node, kHealthCheck, nullptr, "health_check");
}

constexpr Row kQueue[] = {
    field<&QueueSpec::size>("size", "requests that may wait for a connection, on each worker",
                            {.example = "1000"}),
    field<&QueueSpec::wait>("wait", "how long"),
};
constexpr Row kPool[] = {
    field<&PoolSpec::connections>("connections", "open connections to the group; 0: no bound",
                                  {.example = "512"}),
    field<&PoolSpec::idle>("idle", "connections kept without a request, on each worker",
                           {.example = "64"}),
    field<&PoolSpec::per_target>("per_target", "concurrent requests to one target; 0: no bound",
                                 {.example = "100"}),
    field<&PoolSpec::queue>("queue", "who waits", {.example = "{size: 1000, wait: 2s}"}),
};

constexpr Row kTarget[] = {
    field<&TargetSpec::address>("address", "HOST:PORT or unix:PATH",
                                {.required = true, .format = &kTargetAddress}),
    field<&TargetSpec::weight>("weight", "share of the requests", {.max = 999, .example = "3"}),
};

constexpr Row kGroup[] = {
    checked<Choice>("protocol", "that the targets speak", {.words = kProtocols, .available = 1}),
    checked<GroupTlsLater>(
        "tls", "verifies the targets' certificates",
        {.later = "TLS to targets", .example = "{ca: ca.pem, server_name: backend.local}"}),
    field<&GroupSpec::targets>("targets", "addresses",
                               {.required = true, .format = &kTargetAddress}),
    checked<Choice>("algorithm", "how a target is chosen", {.words = kAlgorithms, .available = 1}),
    checked<std::string>("hash_key", "what consistent_hash looks at",
                         {.later = "consistent hashing", .example = "\"header:X-Tenant\""}),
    checked<StickinessLater>("stickiness", "the same client to the same target",
                             {.later = "stickiness", .example = "{type: lb_cookie, duration: 1d}"}),
    checked<Millis>("slow_start", "a new target's share grows",
                    {.later = "slow start", .example = "30s"}),
    checked<Millis>("deregistration_delay", "a target that leaves finishes",
                    {.later = "the deregistration delay", .example = "300s"}),
    Row{"health_check",
        "asks the targets how they are; off: believed healthy",
        {.later = "health checks",
         .unless = "off",
         .example = "{path: /api/health, interval: 30s}",
         .initial = "off"},
        read_health_check,
        [] {
          return shape_with(Shape::Kind::any_of,
                            {literal_shape("off"), section_shape("health_check", kHealthCheck)});
        },
        [](const Row& row) { return std::string(row.rule.initial); }},
    checked<bool>("fail_open", "all unhealthy: try them all", {.later = "failing open"}),
    checked<OutlierLater>(
        "outlier", "leaves out targets that fail",
        {.later = "outlier ejection", .example = "{consecutive_5xx: 5, eject: 30s, at_most: 50%}"}),
    checked<RetryLater>("retry", "further attempts",
                        {.later = "configuring retries",
                         .example = "{attempts: 3, on: [connect_failure, \"503\"]}"}),
    checked<BreakerLater>("circuit_breaker", "stops asking a group that fails",
                          {.later = "the circuit breaker",
                           .example = "{failure_threshold: 5, recovery_timeout: 60s}"}),
    field<&GroupSpec::pool>("pool", "connections", {.example = "{idle: 64, per_target: 100}"}),
    field<&GroupSpec::limits>("limits", "in place of the listener's", {.example = "{body: 1MiB}"}),
    field<&GroupSpec::timeouts>("timeouts", "in place of the listener's",
                                {.example = "{connect: 5s, response: 60s}"}),
};

}  // namespace

Shape shape_of(Of<TargetSpec>) {
  return shape_with(Shape::Kind::any_of, {Shape{}, section_shape("a target", kTarget)});
}
Shape shape_of(Of<std::vector<GroupSpec>>) {
  return named_shape(section_shape("a target group", kGroup));
}
Table table_of(const QueueSpec&) { return kQueue; }
Table table_of(const PoolSpec&) { return kPool; }
Table table_of(const GroupSpec&) { return kGroup; }

void read_value(Reader& reader, const Node& node, const Row&, TargetSpec& out) {
  if (node.kind == Node::Kind::map) return reader.read_map(node, kTarget, &out, "a target");
  read_value(reader, node, kTarget[0], out.address);
}

void read_value(Reader& reader, const Node& node, const Row&, std::vector<GroupSpec>& out) {
  read_named(reader, node, "a target group", out);
}

}  // namespace gatehouse::config
