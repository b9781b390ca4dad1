#include "config/regex.h"
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kEncodedSlash[] = {"reject", "keep"};
constexpr std::string_view kPathForm[] = {"canonical", "raw"};
constexpr std::string_view kOnChange[] = {"keep", "reauth", "close"};

constexpr Row kRewritePart[] = {
    field<&RewritePartSpec::regex>("regex", "what is replaced",
                                   {.required = true, .example = "\"^/api/v1/(.*)$\""}),
    field<&RewritePartSpec::replace>("replace", "by what; groups are $1",
                                     {.required = true, .example = "\"/api/$1\""}),
};
constexpr Row kRewrite[] = {
    field<&RewriteSpec::path>("path", "after routing",
                              {.example = "{regex: \"^/api/v1/(.*)$\", replace: \"/api/$1\"}"}),
    field<&RewriteSpec::host>("host", "after routing, without its port",
                              {.example = "{regex: \"^old[.]\", replace: \"new.\"}"}),
};

void check_replacement(Reader& reader, const std::optional<RewritePartSpec>& part,
                       std::string_view never) {
  if (!part || part->regex.value.empty()) return;
  const auto compiled = compile_regex(part->regex.value, false);
  if (!compiled) return;  // said already
  if (const auto rewrite = compile_replacement(**compiled, part->replace.value); !rewrite) {
    reader.error(part->replace.span, "wrong-value", rewrite.error().text());
  }
  for (char c : part->replace.value) {
    if (c > ' ' && c < 0x7f && never.find(c) == std::string_view::npos) continue;
    return reader.error(part->replace.span, "wrong-value",
                        in_quotes(part->replace.value) + " holds what cannot stand there",
                        "visible ASCII without " + std::string(never));
  }
}

void check_rewrite(Reader& reader, const RouteSpec& route) {
  check_replacement(reader, route.rewrite.path, "?#");
  check_replacement(reader, route.rewrite.host, "/?#@");
  const auto& part = route.rewrite.path ? route.rewrite.path : route.rewrite.host;
  if (!part || part->regex.value.empty() || !route.action ||
      (!route.action->redirect && !route.action->respond))
    return;
  reader.error(part->regex.span, "wrong-value",
               "`rewrite` changes what a target sees, and this action has none",
               route.action->redirect ? "a redirect says its URL itself" : "");
}

constexpr Row kRoute[] = {
    field<&RouteSpec::name>("name", "what logs and metrics call it",
                            {.required = true, .format = &kName}),
    field<&RouteSpec::priority>("priority", "lower is tried first; unique on each listener",
                                {.required = true, .min = 1, .max = 1'000'000, .example = "100"}),
    field<&RouteSpec::listeners>("listeners", "where it holds; without it: everywhere",
                                 {.example = "[public]"}),
    field<&RouteSpec::when>("when", "conditions, all of which must hold",
                            {.example = "{host: chat.example.com, path: \"/api/*\"}"}),
    field<&RouteSpec::plugins>("plugins", "steps, in order", {.example = "[cors]"}),
    field<&RouteSpec::policy>("policy", "a Lua policy", {.example = "policies/api_access.lua"}),
    field<&RouteSpec::policies>("policies", "Lua policies, in order",
                                {.example = "[policies/api_access.lua]"}),
    field<&RouteSpec::rewrite>(
        "rewrite", "what the target sees",
        {.example = "{path: {regex: \"^/api/v1/(.*)$\", replace: \"/api/$1\"}}"}),
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
Table table_of(const RewriteSpec&) { return kRewrite; }
Table table_of(const RewritePartSpec&) { return kRewritePart; }
Shape shape_of(Of<std::vector<RouteSpec>>) {
  return shape_with(Shape::Kind::list, {section_shape("a route", kRoute)});
}

void read_value(Reader& reader, const Node& node, const Row&, std::vector<RouteSpec>& out) {
  if (node.kind != Node::Kind::sequence) return reader.wrong_type(node, "a list of routes");
  out.reserve(node.count);
  reader.each_item(node, [&](const Node& item) {
    RouteSpec& route = out.emplace_back();
    route.span = item.span;
    reader.read_map(item, kRoute, &route, "a route");
    check_rewrite(reader, route);
    if (route.policy) route.plugins.push_back(std::move(route.policy->step));
    for (auto& policy : route.policies) route.plugins.push_back(std::move(policy.step));
    route.policies.clear();
  });
}

}  // namespace gatehouse::config
