// The sections of routes.yaml, each a table in a file of its own.
#pragma once

#include "config/schema.h"
#include "config/terminal.h"

namespace gatehouse::config {

Table table_of(const Limits&);
Table table_of(const LimitsOverride&);
Table table_of(const Timeouts&);
Table table_of(const TimeoutsOverride&);
Table table_of(const ReloadSpec&);
Table table_of(const ListenerSpec&);
Table table_of(const GroupSpec&);
Table table_of(const PoolSpec&);
Table table_of(const QueueSpec&);
Table table_of(const RouteSpec&);
Table table_of(const RewriteSpec&);
Table table_of(const RewritePartSpec&);
Table table_of(const RedirectSpec&);
Table table_of(const RespondSpec&);
Table table_of(const SecretsSpec&);
Table table_of(const RedisSpec&);
Table table_of(const StoresSpec&);
Table table_of(const TlsSpec&);
Table table_of(const CertificateSpec&);
Table table_of(const Spec&);

constexpr std::string_view what_is(const Limits&) { return "limits"; }
constexpr std::string_view what_is(const LimitsOverride&) { return "limits"; }
constexpr std::string_view what_is(const Timeouts&) { return "timeouts"; }
constexpr std::string_view what_is(const TimeoutsOverride&) { return "timeouts"; }
constexpr std::string_view what_is(const ReloadSpec&) { return "reload"; }
constexpr std::string_view what_is(const ListenerSpec&) { return "a listener"; }
constexpr std::string_view what_is(const GroupSpec&) { return "a target group"; }
constexpr std::string_view what_is(const PoolSpec&) { return "pool"; }
constexpr std::string_view what_is(const QueueSpec&) { return "queue"; }
constexpr std::string_view what_is(const RouteSpec&) { return "a route"; }
constexpr std::string_view what_is(const RewriteSpec&) { return "rewrite"; }
constexpr std::string_view what_is(const RewritePartSpec&) { return "a rewrite"; }
constexpr std::string_view what_is(const RedirectSpec&) { return "redirect"; }
constexpr std::string_view what_is(const RespondSpec&) { return "respond"; }
constexpr std::string_view what_is(const SecretsSpec&) { return "secrets"; }
constexpr std::string_view what_is(const RedisSpec&) { return "redis"; }
constexpr std::string_view what_is(const StoresSpec&) { return "stores"; }
constexpr std::string_view what_is(const TlsSpec&) { return "tls"; }
constexpr std::string_view what_is(const CertificateSpec&) { return "a certificate"; }
constexpr std::string_view what_is(const Spec&) { return "the file"; }

// Shapes that are more than a table.
void read_value(Reader&, const Node&, const Row&, AdminSpec& out);
void read_value(Reader&, const Node&, const Row&, AccessLogSpec& out);
void read_value(Reader&, const Node&, const Row&, std::vector<ListenerSpec>& out);
void read_value(Reader&, const Node&, const Row&, std::vector<GroupSpec>& out);
void read_value(Reader&, const Node&, const Row&, std::vector<RouteSpec>& out);
void read_value(Reader&, const Node&, const Row&, TargetSpec& out);
void read_value(Reader&, const Node&, const Row&, WhenSpec& out);
void read_value(Reader&, const Node&, const Row&, ActionSpec& out);
Shape shape_of(Of<AdminSpec>);
Shape shape_of(Of<AccessLogSpec>);
Shape shape_of(Of<std::vector<ListenerSpec>>);
Shape shape_of(Of<std::vector<GroupSpec>>);
Shape shape_of(Of<std::vector<RouteSpec>>);
Shape shape_of(Of<TargetSpec>);
Shape shape_of(Of<WhenSpec>);
Shape shape_of(Of<ActionSpec>);
// The shapes that these are made of.
inline Shape section_shape(std::string_view name, Table table) {
  return {Shape::Kind::section, name, table};
}
inline Shape literal_shape(std::string_view word) { return {Shape::Kind::literal, word}; }
inline Shape shape_with(Shape::Kind kind, std::vector<Shape> parts) {
  return {kind, {}, {}, {}, std::move(parts)};
}

// A map of what users give names to.
inline Shape named_shape(Shape value) {
  return {Shape::Kind::names, "^[A-Za-z0-9._-]{1,128}$", {}, {}, {std::move(value)}};
}

// `default:`, of the gateway or a listener.
void read_default(Reader&, const Node&, const Row&, std::optional<ActionSpec>& out);
Shape shape_of_default();

// A policy: `policies/x.lua`, or its long form.
void read_value(Reader&, const Node&, const Row&, PolicySpec& out);
Shape shape_of(Of<PolicySpec>);
// The same among the plugins, where its file stands under `policy`.
void read_policy_step(Reader&, const Node&, StepSpec& out);
[[nodiscard]] Shape shape_of_policy_step();
Table table_of(const PolicyBudget&);
constexpr std::string_view what_is(const PolicyBudget&) { return "budget"; }
Table table_of(const PolicyBreaker&);
constexpr std::string_view what_is(const PolicyBreaker&) { return "breaker"; }
// `with`, read by the table of the plugin or the policy.
void read_with(Reader& reader, const Node& with, PluginUse& use);
[[nodiscard]] Node empty_map(Span span);

// Plugins that come with the gateway, by the tables of their configurations, which read into
// PluginValues what the rest of the file is asked for.
struct KnownPlugin {
  std::string_view name;
  Table table;
};
[[nodiscard]] std::span<const KnownPlugin> known_plugins();

// A step among the plugins, a plugin that answers, and the instances.
void read_value(Reader&, const Node&, const Row&, StepSpec& out);
void read_value(Reader&, const Node&, const Row&, std::vector<PluginInstance>& out);
Shape shape_of(Of<StepSpec>);
Shape shape_of(Of<std::vector<PluginInstance>>);
// `plugin_path`, which is needed before anything else is read.
void search_plugins(Reader& reader, const Node& file);
// `policy_env`, which policies are loaded with.
void allow_environment(Reader& reader, const Node& file);
// Finds what the names on routes mean, and looks at the order of steps.  `all_known`: no key of the
// file is misspelt.
void resolve_plugins(Reader& reader, Spec& spec, bool all_known);

// Of a file without errors: target groups and plugin instances that nothing names, and the routes
// that ask nobody who he is, where others do.
void check_names(Reader& reader, const Node& file, const Spec& spec);

// Reads the entries of a map of names into a vector of sections with `name` and `span`.
template <typename T>
void read_named(Reader& reader, const Node& node, std::string_view what, std::vector<T>& out) {
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "a map of names");
  reader.each_entry(node, [&](const Node& key, const Node& value) {
    if (!is_name(key.text)) {
      reader.error(key.span, "bad-name",
                   in_quotes(key.text) + " is no name for " + std::string(what),
                   "letters, digits, '.', '_' and '-'");
    }
    T& entry = out.emplace_back();
    entry.name = key.text;
    entry.span = key.span;
    reader.read_map(value, table_of(entry), &entry, what);
  });
}

}  // namespace gatehouse::config
