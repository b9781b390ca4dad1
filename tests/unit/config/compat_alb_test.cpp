#include "config/compat_alb.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "lib/spec.h"

namespace gatehouse::config {
namespace {

// What is said of a file: code and text of the place, in the order in which it is found.
std::string found(const std::string& file) {
  const Loaded loaded = load(file, test::NoSource());
  EXPECT_TRUE(loaded.good()) << render(loaded.diagnostics, "routes.yaml", file);
  Diagnostics diagnostics;
  compat_alb(loaded.spec, diagnostics);
  std::string out;
  for (const auto& each : diagnostics) {
    EXPECT_EQ(each.severity, Severity::warning);
    std::size_t line = 0;
    for (std::uint32_t i = 1; i < each.span.line; ++i) line = file.find('\n', line) + 1;
    std::string place = file.substr(line + each.span.column - 1, each.span.length);
    std::erase(place, '\'');
    out += each.code + " " + place + "\n";
  }
  return out;
}

std::string file(const std::string& routes, const std::string& more = "") {
  return "version: 1\nlimits: {response_headers: 32KiB}\n"
         "listeners: {public: {address: '0.0.0.0:80'}}\n"
         "target_groups: {app: {targets: ['10.0.0.1:80']}}\n"
         "default: {action: {forward: app}}\n" +
         more + (routes.empty() ? "" : "routes:\n" + routes);
}
std::string rule(const std::string& when, const std::string& action = "{forward: app}",
                 const std::string& more = "") {
  return file("  - {name: r, priority: 1, when: " + when + ", action: " + action + more + "}\n");
}

struct Ruling {
  std::string file;
  std::string expected;
};

class CompatAlb : public testing::TestWithParam<Ruling> {};
TEST_P(CompatAlb, names_what_an_alb_refuses_or_does_otherwise) {
  EXPECT_EQ(found(GetParam().file), GetParam().expected) << GetParam().file;
}

const std::string kLong(129, 'x');
const std::string kHost = "{host: a.test}";

INSTANTIATE_TEST_SUITE_P(
    Conditions, CompatAlb,
    testing::Values(
        Ruling{rule("{host: '*.a.test', method: [GET, OPTIONS], source_ip: 10.0.0.0/8}"), ""},
        Ruling{rule("{header: [{X-A: '1*'}, {X-B: '2'}], query: {a: b, any: c}}"), ""},
        Ruling{rule("{header: {X-A: ['1', '2', '3']}}"), ""},
        Ruling{rule("{header: {X-A: ['1', '2', '3', '4']}}"), "alb-values r\n"},
        Ruling{rule("{host: [a.b, b.b, c.b], source_ip: [10.0.0.1, 10.0.0.2, 10.0.0.3]}"),
               "alb-values r\n"},
        Ruling{rule("{}"), "alb-no-condition r\n"},
        Ruling{rule("{host: ['*.*.*.?', '*.*.a']}"), "alb-wildcards r\nalb-host *.*.*.?\n"},
        Ruling{rule("{query: {a: '\\*\\*\\*\\*\\*\\*'}}"), ""},
        Ruling{rule("{host: localhost}"), "alb-host localhost\n"},
        Ruling{rule("{host: 'a.b*'}"), "alb-host a.b*\n"},
        Ruling{rule("{host: 10.0.0.1}"), "alb-host 10.0.0.1\n"},
        Ruling{rule("{host: a_b.test}"), "alb-host a_b.test\n"},
        Ruling{rule("{host: [a.test, {regex: '^b'}]}"), "alb-mixed a.test\n"},
        Ruling{rule("{host: {regex: '^[[:alpha:]]+$'}}"), "alb-regex ^[[:alpha:]]+$\n"},
        Ruling{rule("{host: {regex: '(?:a)(?i)b'}}"), "alb-regex (?:a)(?i)b\n"},
        Ruling{rule("{host: {regex: '(?:a|b)'}}"), ""},
        Ruling{rule("{header: {X-A: " + kLong + "}}"), "alb-length " + kLong + "\n"},
        Ruling{rule("{header: {" + kLong.substr(0, 41) + ": a}}"),
               "alb-length " + kLong.substr(0, 41) + "\n"},
        Ruling{rule("{query: {a: " + kLong + "}}"), "alb-length " + kLong + "\n"},
        Ruling{rule("{header: {X-A: a, X-B: b}}"), "alb-any-of X-B\n"},
        Ruling{rule("{client_ip: 10.0.0.1}"), "alb-client-ip 10.0.0.1\n"},
        Ruling{rule("{path: '/a%20b'}", "{forward: app}", ", path_form: raw"), "alb-path /a%20b\n"},
        Ruling{rule("{path: /" + kLong + "}", "{forward: app}", ", path_form: raw"),
               "alb-length /" + kLong + "\n"},
        Ruling{rule("{path: /a}"), "alb-canonical-path /a\n"},
        Ruling{rule("{method: POST}"), "alb-preflight POST\n"}));

INSTANTIATE_TEST_SUITE_P(
    Actions, CompatAlb,
    testing::Values(
        Ruling{
            rule(kHost, "{redirect: {url: 'https://#{host}:443/#{path}?#{query}', status: 301}}"),
            ""},
        Ruling{rule(kHost, "{redirect: {host: b.test, status: 307}}"), "alb-redirect {\n"},
        Ruling{rule(kHost, "{redirect: {url: /x}}"), "alb-redirect /x\n"},
        Ruling{rule(kHost, "{redirect: {host: '#{path}.test'}}"), "alb-keyword #{path}.test\n"},
        Ruling{rule(kHost, "{redirect: {url: 'https://a.test/#{query}'}}"),
               "alb-keyword https://a.test/#{query}\n"},
        Ruling{rule(kHost, "{redirect: {path: /" + kLong + "}}"), "alb-length /" + kLong + "\n"},
        Ruling{rule(kHost, "{respond: {status: 404, body: no}}"), ""},
        Ruling{rule(kHost, "{respond: {status: 302}}"), "alb-respond {\n"},
        Ruling{rule(kHost, "{respond: {status: 200, body: x, content_type: text/xml}}"),
               "alb-respond {\n"},
        Ruling{rule(kHost, "{respond: {status: 200, body: " + std::string(1025, 'x') + "}}"),
               "alb-respond {\n"},
        Ruling{rule(kHost, "{forward: app}",
                    ", rewrite: {path: {regex: ^/, replace: /" + std::string(1024, 'x') + "}}"),
               "alb-length /" + std::string(1024, 'x') + "\n"}));

INSTANTIATE_TEST_SUITE_P(
    Others, CompatAlb,
    testing::Values(
        Ruling{
            file("  - {name: r, priority: 50001, when: {host: a.test}, action: {forward: app}}\n"),
            "alb-priority 50001\n"},
        Ruling{
            file("  - {name: r, priority: 1, when: {host: a.test}, action: {forward: app}, limits: "
                 "{body: 1MiB}}\n"),
            "alb-limit r\n"},
        Ruling{file("", "trusted_proxies: [10.0.0.1]\n"), "alb-trusted-proxies 10.0.0.1\n"},
        Ruling{"version: 1\nlisteners: {public: {address: 'unix:x.sock'}}\n",
               "alb-listener unix:x.sock\nalb-limit public\nalb-no-default public\n"},
        Ruling{"version: 1\nlimits: {response_headers: 1KiB}\nlisteners: {public: {address: "
               "'[::]:80'}}\n"
               "target_groups: {app: {targets: ['app:80', {address: '10.0.0.1:80', weight: 2}], "
               "timeouts: {connect: 1s}}}\ndefault: {action: {forward: app}}\n",
               "alb-target app:80\nalb-target 10.0.0.1:80\nalb-limit app\n"}));

TEST(CompatAlbRules, more_than_a_hundred_are_too_many) {
  std::string routes;
  for (int i = 1; i <= 101; ++i) {
    const std::string n = std::to_string(i);
    routes += "  - {name: r" + n + ", priority: " + n + ", when: {host: a" + n +
              ".test}, action: {forward: app}}\n";
  }
  EXPECT_EQ(found(file(routes)), "alb-rules r101\n");
}

TEST(CompatAlbRules, more_than_five_groups_in_an_action_are_too_many) {
  std::string groups = "target_groups: {";
  std::string weights;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    groups += std::string(name) + ": {targets: ['10.0.0.1:80']}, ";
    weights += std::string(name) + ": 1, ";
  }
  EXPECT_EQ(found("version: 1\nlimits: {response_headers: 32KiB}\n"
                  "listeners: {public: {address: '0.0.0.0:80'}}\n" +
                  groups + "}\ndefault: {action: {forward: {" + weights + "}}}\n"),
            "alb-groups {\n");
}

TEST(CompatAlbRules, what_differs_in_every_file_is_said_once) {
  EXPECT_EQ(found(file("  - {name: a, priority: 1, when: {path: /a}, action: {forward: app}}\n"
                       "  - {name: b, priority: 2, when: {path: /b}, action: {forward: app}}\n")),
            "alb-canonical-path /a\n");
}

}  // namespace
}  // namespace gatehouse::config
