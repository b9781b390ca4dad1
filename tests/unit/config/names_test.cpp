// What is named nowhere, and which routes ask nobody who he is.
#include <gtest/gtest.h>

#include "config/load.h"
#include "config/section/section.h"
#include "unit/config/fake_source.h"

namespace gatehouse::config {
namespace {

constexpr std::string_view kBegin = R"(version: 1
listeners: {a: {address: '127.0.0.1:1', default: {action: {forward: in_listener}}}}
)";

// What is said of names, whatever else of the file comes in a later version.
std::string said(const std::string& text) {
  const FakeSource source;
  const std::string whole = std::string(kBegin) + text;
  const Loaded loaded = load(whole, source);
  Diagnostics found;
  const Document document(whole, found);
  Reader reader(document, source, found);
  check_names(reader, document.root(), loaded.spec);
  std::string out;
  for (const auto& d : found)
    out += std::string(word(d.severity)) + " " + d.code + " " + std::to_string(d.span.line) + ": " +
           d.message + "\n";
  return out;
}

TEST(Names, a_target_group_that_no_action_names_is_told) {
  EXPECT_EQ(said(R"(target_groups:
  in_listener: {targets: ['127.0.0.1:1']}
  used: {targets: ['127.0.0.1:1']}
  weighted: {targets: ['127.0.0.1:1']}
  fallback: {targets: ['127.0.0.1:1']}
  idle: {targets: ['127.0.0.1:1']}
routes:
  - {name: x, priority: 1, action: {forward: {used: 1, weighted: 0}}}
default: {action: {forward: fallback}}
)"),
            "warning unused-target-group 8: no action names the target group 'idle'\n");
}

TEST(Names, a_plugin_or_a_script_may_name_a_group) {
  const std::string groups = R"(target_groups:
  in_listener: {targets: ['127.0.0.1:1']}
  decides: {targets: ['127.0.0.1:1']}
)";
  const auto route = [&](const std::string& more) {
    return groups + "routes:\n  - {name: x, priority: 1, " + more +
           ", action: {respond: {status: 200}}}\n";
  };
  EXPECT_NE(said(route("plugins: [cors]")), "");
  EXPECT_EQ(said(route("plugins: [{use: forward_auth, with: {ask: {target_group: decides}}}]")),
            "");
  EXPECT_EQ(said(route("plugins: [{policy: policies/a.lua}]")), "");
  EXPECT_EQ(said(route("policies: [policies/a.lua]")), "");
  EXPECT_EQ(said(groups + "plugins: {p: {use: mine, with: {to: [decides]}}}\n"
                          "routes: [{name: x, priority: 1, plugins: p, "
                          "action: {respond: {status: 200}}}]\n"),
            "");
}

TEST(Names, a_plugin_instance_that_no_route_names_is_told) {
  EXPECT_EQ(said(R"(plugins:
  browser: {use: cors, with: {origins: ['https://a.test']}}
  hub: {use: chat}
  idle: {use: cors, with: {origins: ['https://b.test']}}
routes:
  - {name: x, priority: 1, plugins: [browser], action: {handler: hub}}
)"),
            "warning unused-plugin 6: no route names the plugin instance 'idle'\n");
}

TEST(Names, routes_without_an_auth_step_are_one_list_where_others_have_one) {
  const std::string open = R"(routes:
  - {name: a, priority: 1, action: {forward: in_listener}}
  - {name: b, priority: 2, plugins: [cors], action: {forward: in_listener}}
  - {name: c, priority: 3, action: {redirect: {protocol: https}}}
)";
  EXPECT_EQ(said(open), "");
  EXPECT_EQ(said(open + "  - {name: d, priority: 4, plugins: [cors, auth], action: {forward: "
                        "in_listener}}\n"),
            "note public-routes 4: 2 routes have no auth step: a, b\n");
  EXPECT_EQ(said("plugins: {who: {use: auth, with: {chain: [jwt]}}}\n" + open +
                 "  - {name: d, priority: 4, plugins: who, action: {forward: in_listener}}\n"),
            "note public-routes 5: 2 routes have no auth step: a, b\n");
}

}  // namespace
}  // namespace gatehouse::config
