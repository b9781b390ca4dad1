// What routes.yaml says, as plain values.  The default of a key is the initialiser of its member.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "config/diagnostic.h"
#include "config/redis_url.h"
#include "config/scalar.h"

namespace gatehouse::config {

// A value with the place that it came from.
template <typename T>
struct Placed {
  T value{};
  Span span;
};
using Text = Placed<std::string>;

struct Secret {
  std::string value;
};

struct Limits {
  Bytes request_line = 8_KiB;
  Bytes header = 16_KiB;
  Bytes headers = 32_KiB;
  std::uint32_t header_count = 100;
  Bytes response_headers = 64_KiB;
  Bytes body = 10_MiB;                           // 0: none
  std::uint32_t requests_per_connection = 1000;  // 0: none
  std::uint32_t connections = 0;                 // 0: bounded by descriptors only
  std::uint32_t connections_per_address = 0;     // 0: none
};

struct Timeouts {
  Millis request_header{10'000};
  Millis body_idle{30'000};
  Millis keep_alive{60'000};
  Millis send_stall{30'000};
  Millis connect{3'000};
  Millis response{30'000};
  Millis total{0};  // 0: none
  Millis drain{30'000};
  Millis half_close{1'000};
};

struct LimitsOverride {
  std::optional<Bytes> request_line, header, headers, response_headers, body;
  std::optional<std::uint32_t> header_count, requests_per_connection, connections,
      connections_per_address;
};
struct TimeoutsOverride {
  std::optional<Millis> request_header, body_idle, keep_alive, send_stall, connect, response, total,
      drain, half_close;
};
// What an inner level says takes the place of what an outer one says: gateway, listener, group,
// route.
[[nodiscard]] Limits apply(Limits base, const LimitsOverride& with);
[[nodiscard]] Timeouts apply(Timeouts base, const TimeoutsOverride& with);

enum class ForwardedFor : std::uint8_t { append, preserve, remove };
enum class AccessFormat : std::uint8_t { json, alb };
enum class EncodedSlash : std::uint8_t { reject, keep };
enum class PathForm : std::uint8_t { canonical, raw };

struct ReloadSpec {
  bool watch = false;
  std::uint32_t keep = 20;
};

struct AdminSpec {
  bool off = false;
  std::string address = "127.0.0.1:9901";
  Secret token;
  Span span;
};

struct AccessLogSpec {
  bool off = false;
  std::string path = "-";
  AccessFormat format = AccessFormat::json;
  Span span{};
  bool operator==(const AccessLogSpec& other) const {  // wherever it stands
    return off == other.off && path == other.path && format == other.format;
  }
};

class PluginType;
// A configuration of a plugin as it was read: the plugin's own struct, and what it was made from.
struct PluginValues {
  std::shared_ptr<void> config;
  std::string content;  // equal for equal configurations
  std::vector<Text> groups;
  std::vector<Text> stores;
};
enum class OnError : std::uint8_t { deny, allow };
// What one run of a policy may use.
struct PolicyBudget {
  Millis cpu{5};
  Bytes memory{4ULL << 20};
  Millis wall{2000};
  std::uint32_t calls = 16;
};
// Answers without running a policy that fails so often; no failures: never.
struct PolicyBreaker {
  std::uint32_t failures = 0;
  Millis per{10'000};
};
enum class PolicyMode : std::uint8_t { enforce, shadow };
// A plugin or a policy with its configuration: under a name in `plugins:`, or in place.
struct PluginUse {
  Text plugin;
  std::string key;  // what logs and metrics call it: the instance, the plugin, or "ROUTE/PLUGIN"
  Millis deadline{2000};
  OnError on_error = OnError::deny;
  std::shared_ptr<const PluginType> type;  // null: plugins were not looked for
  std::shared_ptr<PluginValues> values;
  PolicyBudget budget;  // of a policy, as what follows
  PolicyBreaker breaker;
  PolicyMode mode = PolicyMode::enforce;
};
// A step of a route.
struct StepSpec {
  Text name;  // of an instance, a plugin or a policy's file, until it is resolved
  std::shared_ptr<PluginUse> use;
  bool is_policy = false;
};
// One of a route's `policies`.
struct PolicySpec {
  StepSpec step;
};

struct WeightedGroup {
  Text group;
  std::uint32_t weight = 1;
};
struct RedirectSpec {
  std::optional<Text> url, protocol, host, port, path, query;
  std::uint32_t status = 302;
};
struct RespondSpec {
  std::uint32_t status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};
struct ActionSpec {
  std::vector<WeightedGroup> forward;
  std::optional<RedirectSpec> redirect;
  std::optional<RespondSpec> respond;
  Millis sticky{0};  // 0: every request is divided anew
  std::optional<StepSpec> handler;
  Span span;
};

struct CertificateSpec {
  Text cert, key;
};
struct TlsSpec {
  std::vector<CertificateSpec> certificates;
};

struct SecretsSpec {
  std::vector<std::string> cookies;  // the first signs, all verify; none: made at start
};

struct RedisSpec {
  RedisUrl url;
  Millis timeout{100};
  std::uint32_t queue = 10'000;
  Bytes reply = 1_MiB;
};
struct StoresSpec {
  std::optional<RedisSpec> redis;
};

struct ListenerSpec {
  std::string name;
  Span span;
  Text address;
  ForwardedFor x_forwarded_for = ForwardedFor::append;
  std::optional<TlsSpec> tls;
  LimitsOverride limits;
  TimeoutsOverride timeouts;
  std::optional<ActionSpec> fallback;  // `default:`
};

struct TargetSpec {
  Text address;
  std::uint32_t weight = 1;
};
struct QueueSpec {
  std::uint32_t size = 1000;
  Millis wait{2000};
};
struct PoolSpec {
  std::uint32_t connections = 0;  // 0: no bound
  std::uint32_t idle = 256;
  std::uint32_t per_target = 0;  // 0: no bound
  QueueSpec queue;
};
struct GroupSpec {
  std::string name;
  Span span;
  std::vector<TargetSpec> targets;
  PoolSpec pool;
  LimitsOverride limits;
  TimeoutsOverride timeouts;
};

// A regular expression (RE2) that compiles.
struct Regex {
  std::string value;
  Span span;
};
// A value that a condition compares with: a pattern with * and ?, or a regular expression.
struct PatternSpec {
  std::string value;
  Span span;
  bool regex = false;
};
// Values asked of one name, any of which will do: of a header field or a query parameter.
struct NamedPatterns {
  Text name;  // of a query parameter also "any"
  std::vector<PatternSpec> values;
};
struct WhenSpec {
  std::vector<PatternSpec> host;
  std::vector<PatternSpec> path;
  std::vector<Text> method;
  // All of the outer list must hold; of an inner one any.
  std::vector<std::vector<NamedPatterns>> header;
  std::vector<std::vector<NamedPatterns>> query;
  std::vector<Placed<AddressBlock>> source_ip;
  std::vector<Placed<AddressBlock>> client_ip;
};
// What is replaced, and by what; `$1` is what the first group of the expression took.
struct RewritePartSpec {
  Regex regex;
  Text replace;
};
struct RewriteSpec {
  std::optional<RewritePartSpec> path, host;
};
struct RouteSpec {
  Text name;
  Placed<std::uint32_t> priority;
  std::vector<Text> listeners;  // empty: every one
  WhenSpec when;
  std::vector<StepSpec> plugins;  // once the route is read: with the policies behind them
  std::optional<PolicySpec> policy;
  std::vector<PolicySpec> policies;
  RewriteSpec rewrite;
  std::optional<ActionSpec> action;
  LimitsOverride limits;
  TimeoutsOverride timeouts;
  EncodedSlash encoded_slash = EncodedSlash::reject;
  PathForm path_form = PathForm::canonical;
  std::vector<std::string> trailers;
  Span span;
};

struct PluginInstance {
  Text name;
  std::shared_ptr<PluginUse> use;
};

struct Spec {
  std::uint32_t version = 0;
  std::uint32_t workers = 0;  // 0: one for each processor
  std::string user;
  Text state_dir;
  ReloadSpec reload;
  AdminSpec admin;
  AccessLogSpec access_log;
  std::vector<Text> trusted_proxies;
  SecretsSpec secrets;
  Limits limits;
  Timeouts timeouts;
  StoresSpec stores;
  std::vector<std::string> plugin_path;
  std::vector<PluginInstance> plugins;
  std::vector<ListenerSpec> listeners;
  std::vector<GroupSpec> target_groups;
  std::vector<RouteSpec> routes;
  std::optional<ActionSpec> fallback;  // `default:`
};

}  // namespace gatehouse::config
