#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kEncodedSlash[] = {"reject", "keep"};
constexpr std::string_view kPathForm[] = {"canonical", "raw"};
constexpr std::string_view kOnChange[] = {"keep", "reauth", "close"};

constexpr Row kRegex[] = {
    checked<Regex>(
        "regex", "a regular expression (RE2)",
        {.required = true, .later = "regular expressions", .example = "\"^/v[0-9]+/search\""}),
};
Shape shape_of_patterns() {
  Shape shape =
      shape_with(Shape::Kind::one_or_list,
                 {shape_with(Shape::Kind::any_of, {Shape{}, section_shape("a pattern", kRegex)})});
  shape.not_empty = true;
  return shape;
}

// A pattern as it stands, or `regex:`, which comes later.
void read_patterns(Reader& reader, const Node& node, const Row& row, std::vector<Text>& out) {
  const auto one = [&](const Node& item) {
    if (item.kind != Node::Kind::map) return read_value(reader, item, row, out.emplace_back());
    reader.read_map(item, kRegex, nullptr, "a pattern");
  };
  if (node.kind == Node::Kind::sequence) {
    if (node.count == 0)
      reader.error(node.span, "wrong-value", "an empty list matches nothing",
                   "name a value, or leave the condition out");
    reader.each_item(node, one);
  } else {
    one(node);
  }
}

void read_host(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& when = *static_cast<WhenSpec*>(object);
  read_patterns(reader, node, row, when.host);
  for (const auto& host : when.host) {
    if (host.value.find('/') != std::string::npos) {
      reader.warning(host.span, "never-matches", "no host can match " + in_quotes(host.value),
                     "only the name, without scheme and path");
    } else if (host.value.find(':') != std::string::npos && !host.value.starts_with('[')) {
      reader.warning(host.span, "never-matches", "no host can match " + in_quotes(host.value),
                     "hosts are compared without their port");
    }
  }
}

// Patterns are compared as written, with the canonical path: what that can never contain matches
// nothing.
bool can_match(std::string_view pattern) {
  if (pattern.empty() || (pattern[0] != '/' && pattern[0] != '*' && pattern[0] != '?'))
    return false;
  if (pattern.find("//") != std::string_view::npos ||
      pattern.find("/./") != std::string_view::npos ||
      pattern.find("/../") != std::string_view::npos)
    return false;
  return pattern.find('#') == std::string_view::npos &&
         pattern.find(';') == std::string_view::npos && !pattern.ends_with("/..") &&
         !pattern.ends_with("/.");
}

void read_path(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& when = *static_cast<WhenSpec*>(object);
  read_patterns(reader, node, row, when.path);
  for (const auto& path : when.path) {
    if (can_match(path.value)) continue;
    reader.warning(path.span, "never-matches",
                   "no canonical path can match " + in_quotes(path.value),
                   path.value.starts_with('/')
                       ? "slashes are merged and dot segments and ;params removed before"
                       : "a path begins with '/'");
  }
}

struct HeaderLater {};
struct QueryLater {};

// A map of names and values, or a list of such maps, all of which must hold.
void read_maps(Reader& reader, const Node& node, const Row& row) {
  NameMap dropped;
  if (node.kind != Node::Kind::sequence) return read_value(reader, node, row, dropped);
  reader.each_item(node, [&](const Node& item) { read_value(reader, item, row, dropped); });
}
void read_value(Reader& reader, const Node& node, const Row& row, HeaderLater&) {
  const auto names = [&](const Node& map) {
    reader.each_entry(map, [&](const Node& key, const Node&) {
      if (!kFieldName.good(key.text)) reader.wrong_value(key, kFieldName.wanted);
    });
  };
  names(node);
  reader.each_item(node, names);
  read_maps(reader, node, row);
}
void read_value(Reader& reader, const Node& node, const Row& row, QueryLater&) {
  read_maps(reader, node, row);
}

Shape shape_of_maps() { return shape_with(Shape::Kind::one_or_list, {shape_of(Of<NameMap>{})}); }
Shape shape_of(Of<HeaderLater>) {
  Shape shape = shape_of_maps();
  shape.parts[0].word = kFieldName.pattern;
  return shape;
}
Shape shape_of(Of<QueryLater>) { return shape_of_maps(); }

constexpr std::string_view kConditions = "this condition";
constexpr Row kWhen[] = {
    Row{"host",
        "host names, * and ? allowed",
        {.example = "[chat.example.com, \"*.example.org\"]"},
        read_host,
        shape_of_patterns},
    Row{"path",
        "paths, * and ? allowed",
        {.example = "[\"/api/*\", /health]"},
        read_path,
        shape_of_patterns},
    checked<HeaderLater>("header", "header fields and their values",
                         {.later = kConditions, .example = "{X-Canary: [\"1\", \"true\"]}"}),
    checked<std::vector<std::string>>("method", "methods",
                                      {.later = kConditions, .format = &kMethod}),
    checked<QueryLater>("query", "query parameters and their values",
                        {.later = kConditions, .example = "{v: [\"2*\"]}"}),
    checked<std::vector<std::string>>("source_ip", "address of the connection",
                                      {.later = kConditions, .format = &kBlock}),
    checked<std::vector<std::string>>("client_ip", "address behind trusted proxies",
                                      {.later = kConditions, .format = &kBlock}),
};

struct RewritePartLater {};
constexpr Row kRewritePart[] = {
    checked<Regex>("regex", "what is replaced",
                   {.required = true, .example = "\"^/v[0-9]+/search\""}),
    checked<std::string>("replace", "by what; groups are $1",
                         {.required = true, .example = "\"/api/$1\""}),
};
Table table_of(const RewritePartLater&) { return kRewritePart; }
constexpr std::string_view what_is(const RewritePartLater&) { return "a rewrite"; }

struct RewriteLater {};
constexpr Row kRewrite[] = {
    checked<RewritePartLater>("path", "after routing",
                              {.example = "{regex: \"^/api/v1/(.*)$\", replace: \"/api/$1\"}"}),
    checked<RewritePartLater>("host", "after routing",
                              {.example = "{regex: \"^old[.]\", replace: \"new.\"}"}),
};
Table table_of(const RewriteLater&) { return kRewrite; }
constexpr std::string_view what_is(const RewriteLater&) { return "rewrite"; }

constexpr Row kRoute[] = {
    field<&RouteSpec::name>("name", "what logs and metrics call it",
                            {.required = true, .format = &kName}),
    field<&RouteSpec::priority>("priority", "lower is tried first; unique on each listener",
                                {.required = true, .min = 1, .max = 1'000'000, .example = "100"}),
    field<&RouteSpec::listeners>("listeners", "where it holds; without it: everywhere",
                                 {.example = "[public]"}),
    field<&RouteSpec::when>("when", "conditions, all of which must hold",
                            {.example = "{host: chat.example.com, path: \"/api/*\"}"}),
    checked<std::vector<StepUse>>("plugins", "steps, in order",
                                  {.later = "loading plugins", .example = "[cors]"}),
    checked<PolicyUse>("policy", "a Lua policy",
                       {.later = "Lua policies", .example = "policies/ticket.lua"}),
    checked<std::vector<PolicyUse>>(
        "policies", "Lua policies, in order",
        {.later = "Lua policies", .example = "[policies/api_access.lua]"}),
    checked<RewriteLater>("rewrite", "what the target sees",
                          {.later = "rewriting",
                           .example = "{path: {regex: \"^/api/v1/(.*)$\", replace: \"/api/$1\"}}"}),
    field<&RouteSpec::limits>("limits", "in place of the target group's",
                              {.example = "{body: 1MiB}"}),
    field<&RouteSpec::timeouts>("timeouts", "in place of the target group's",
                                {.example = "{response: 60s}"}),
    field<&RouteSpec::encoded_slash>("encoded_slash", "what happens to %2F in a path",
                                     {.words = kEncodedSlash}),
    field<&RouteSpec::path_form>("path_form", "which form of the path goes on",
                                 {.words = kPathForm}),
    field<&RouteSpec::trailers>("trailers", "trailer fields that may pass, either way",
                                {.format = &kFieldName}),
    checked<Choice>("on_change", "what a reload does to live sockets",
                    {.words = kOnChange, .available = 1}),
    field<&RouteSpec::action>("action", "what happens",
                              {.required = true, .example = "{forward: backend}"}),
};

}  // namespace

Table table_of(const RouteSpec&) { return kRoute; }
Shape shape_of(Of<WhenSpec>) { return section_shape("when", kWhen); }
Shape shape_of(Of<std::vector<RouteSpec>>) {
  return shape_with(Shape::Kind::list, {section_shape("a route", kRoute)});
}

void read_value(Reader& reader, const Node& node, const Row&, WhenSpec& out) {
  reader.read_map(node, kWhen, &out, "when");
}

void read_value(Reader& reader, const Node& node, const Row&, std::vector<RouteSpec>& out) {
  if (node.kind != Node::Kind::sequence) return reader.wrong_type(node, "a list of routes");
  out.reserve(node.count);
  reader.each_item(node, [&](const Node& item) {
    RouteSpec& route = out.emplace_back();
    route.span = item.span;
    reader.read_map(item, kRoute, &route, "a route");
  });
}

}  // namespace gatehouse::config
