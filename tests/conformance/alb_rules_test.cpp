// What an Application Load Balancer decides, row by row: docs of rules and conditions.  Sources are
// pages of the user guide (A), its newer copy (AD) and the API reference (AR); `departure` marks
// what is meant to be otherwise here, `reading` what the documents leave open.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "lib/routes.h"

namespace gatehouse::conformance {
namespace {

using test::Ask;

struct Trial {
  const char* source;
  std::string when;
  Ask ask;
  bool holds;
};

void check(std::initializer_list<Trial> rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.source) + ": " + row.when + " and " + row.ask.method + " " +
                 row.ask.host + row.ask.target);
    test::Routes routes({row.when});
    EXPECT_EQ(routes.hit(row.ask) == 0, row.holds);
    const test::Asked asked(row.ask);
    EXPECT_EQ(routes.tried(asked.subject()) == 0, row.holds) << "tried by itself";
  }
}

TEST(AlbRules, the_first_rule_by_priority_whose_conditions_all_hold_wins) {
  test::Routes routes({"{path: /x, method: POST}", "{path: '/*'}", "{path: /x}"});
  EXPECT_EQ(routes.hit({.target = "/x", .method = "POST"}), 0) << "A:load-balancer-listeners";
  EXPECT_EQ(routes.hit({.target = "/x"}), 1) << "A:load-balancer-listeners";
  EXPECT_EQ(routes.hit({.target = "/x", .method = "PUT"}), 1) << "A:load-balancer-listeners";
}

TEST(AlbRules, values_are_alternatives_conditions_are_not) {
  check({
      {"A:load-balancer-listeners", "{path: [/a, /b]}", {.target = "/b"}, true},
      {"A:load-balancer-listeners", "{path: [/a, /b]}", {.target = "/c"}, false},
      {"A:load-balancer-listeners", "{path: /a, host: a.test}", {.target = "/a"}, true},
      {"A:load-balancer-listeners", "{path: /a, host: b.test}", {.target = "/a"}, false},
      {"A:load-balancer-listeners",
       "{header: [{A: 'x*'}, {A: '*y'}]}",
       {.fields = {"A: x-y"}},
       true},
      {"A:load-balancer-listeners",
       "{header: [{A: 'x*'}, {A: '*y'}]}",
       {.fields = {"A: x-z"}},
       false},
      {"A:load-balancer-listeners", "{query: [{a: '1'}, {b: '2'}]}", {.target = "/?b=2&a=1"}, true},
      {"A:load-balancer-listeners", "{query: [{a: '1'}, {b: '2'}]}", {.target = "/?b=2"}, false},
  });
}

TEST(AlbRules, host) {
  check({
      {"AR:HostHeaderConditionConfig case", "{host: A.Test}", {.host = "a.tEST"}, true},
      {"A:load-balancer-listeners *", "{host: '*.test'}", {.host = "a.b.test"}, true},
      {"A:load-balancer-listeners apex", "{host: '*.example.com'}", {.host = "example.com"}, false},
      {"A:load-balancer-listeners ?", "{host: '?.test'}", {.host = "a.test"}, true},
      {"A:load-balancer-listeners ?", "{host: '?.test'}", {.host = "ab.test"}, false},
      {"A:load-balancer-listeners ?", "{host: '?a.test'}", {.host = "a.test"}, false},
      {"whole match", "{host: a.test}", {.host = "a.test.org"}, false},
      {"whole match", "{host: a.test}", {.host = "aa.test"}, false},
      {"reading: without port", "{host: a.test}", {.host = "a.test:8080"}, true},
      {"reading: final dot", "{host: a.test}", {.host = "a.test."}, true},
      {"departure: no dot needed", "{host: localhost}", {.host = "localhost"}, true},
      {"departure: addresses", "{host: '[::1]'}", {.host = "[::1]:80"}, true},
      {"departure: regex not anchored", "{host: {regex: 'shop'}}", {.host = "my.SHOP.test"}, true},
      {"departure: regex not anchored",
       "{host: {regex: '^shop'}}",
       {.host = "my.shop.test"},
       false},
      {"absolute form wins over Host",
       "{host: b.test}",
       {.target = "http://b.test/x", .host = "a.test"},
       true},
  });
}

TEST(AlbRules, path) {
  check({
      {"A:load-balancer-listeners case", "{path: /a}", {.target = "/A"}, false},
      {"A:load-balancer-listeners *", "{path: '/img/*'}", {.target = "/img/"}, true},
      {"* crosses /", "{path: '/img/*'}", {.target = "/img/a/b"}, true},
      {"* needs the slash", "{path: '/img/*'}", {.target = "/img"}, false},
      {"* may be empty", "{path: '/a*'}", {.target = "/a"}, true},
      {"A:load-balancer-listeners ?", "{path: '/a?c'}", {.target = "/abc"}, true},
      {"A:load-balancer-listeners ?", "{path: '/a?c'}", {.target = "/ac"}, false},
      {"? takes a slash", "{path: '/a?c'}", {.target = "/a/c"}, true},
      {"whole match", "{path: /a}", {.target = "/a/"}, false},
      {"whole match", "{path: /a}", {.target = "/ab"}, false},
      {"never the query", "{path: /a}", {.target = "/a?b"}, true},
      {"never the query", "{path: '/a*b'}", {.target = "/a?b"}, false},
      {"no escape in paths", R"({path: '/a\*'})", {.target = "/a*"}, false},
      {"gRPC", "{path: /pkg.svc/method}", {.target = "/pkg.svc/method", .method = "POST"}, true},
      {"departure: canonical", "{path: /b}", {.target = "/a/../b"}, true},
      {"departure: canonical", "{path: /a/b}", {.target = "//a//b"}, true},
      {"departure: canonical", "{path: '/a/*/b'}", {.target = "/a//b"}, false},
      {"departure: canonical", "{path: /ab}", {.target = "/%61b"}, true},
      {"departure: pattern as written", "{path: '/%61b'}", {.target = "/%61b"}, false},
      {"departure: reserved stays", "{path: '/a%3Fb'}", {.target = "/a%3Fb"}, true},
      {"departure: no ;params", "{path: /a/b}", {.target = "/a;x=1/b;y"}, true},
      {"departure: no ;params", "{path: '/a;x'}", {.target = "/a;x"}, false},
      {"departure: regex not anchored", "{path: {regex: 'b'}}", {.target = "/abc"}, true},
      {"departure: regex, case", "{path: {regex: 'B'}}", {.target = "/abc"}, false},
      {"departure: regex, canonical", "{path: {regex: '^/b$'}}", {.target = "/a/../b;x?y"}, true},
      {"asterisk form", "{path: '/*'}", {.target = "*", .method = "OPTIONS"}, false},
  });
}

TEST(AlbRules, header) {
  check({
      {"AR:HttpHeaderConditionConfig case", "{header: {X-A: One}}", {.fields = {"x-a: oNE"}}, true},
      {"AR:HttpHeaderConditionConfig whole", "{header: {A: b}}", {.fields = {"A: bc"}}, false},
      {"AR:HttpHeaderConditionConfig *", "{header: {A: '*b*'}}", {.fields = {"A: abc"}}, true},
      {"AR:HttpHeaderConditionConfig ?", "{header: {A: 'b?'}}", {.fields = {"A: b"}}, false},
      {"AR:HttpHeaderConditionConfig name", "{header: {A: '*'}}", {.fields = {"AB: x"}}, false},
      {"repeated: until one matches", "{header: {A: c}}", {.fields = {"A: b", "A: c"}}, true},
      {"repeated: each line", "{header: {A: 'b, c'}}", {.fields = {"A: b", "A: c"}}, false},
      {"a list is one value", "{header: {A: c}}", {.fields = {"A: b, c"}}, false},
      {"present", "{header: {A: '*'}}", {.fields = {"A: x"}}, true},
      {"present, empty", "{header: {A: '*'}}", {.fields = {"A:"}}, true},
      {"empty", "{header: {A: ''}}", {.fields = {"A:"}}, true},
      {"absent", "{header: {A: '*'}}", {}, false},
      {"spaces around are none", "{header: {A: b}}", {.fields = {"A: \t b \t"}}, true},
      {"spaces inside are", "{header: {A: 'b c'}}", {.fields = {"A: b c"}}, true},
      {"no escape in headers", R"({header: {A: '\*'}})", {.fields = {"A: *"}}, false},
      {"A:load-balancer-listeners visible", "{header: {A: '*'}}", {.fields = {"A: b\tc"}}, false},
      {"A:load-balancer-listeners ASCII", "{header: {A: '*'}}", {.fields = {"A: \xe9"}}, false},
      {"visible: the other line", "{header: {A: '*'}}", {.fields = {"A: \xe9", "A: e"}}, true},
      {"departure: regex, case", "{header: {A: {regex: 'B'}}}", {.fields = {"A: abc"}}, true},
      {"departure: regex not anchored",
       "{header: {A: {regex: 'b$'}}}",
       {.fields = {"A: ab"}},
       true},
  });
}

TEST(AlbRules, method) {
  check({
      {"A:load-balancer-listeners exact", "{method: GET}", {.method = "GET"}, true},
      {"A:load-balancer-listeners HEAD", "{method: GET}", {.method = "HEAD"}, false},
      {"A:load-balancer-listeners both", "{method: [GET, HEAD]}", {.method = "HEAD"}, true},
      {"A:load-balancer-listeners case", "{method: GET}", {.method = "get"}, false},
      {"A:load-balancer-listeners custom", "{method: PURGE}", {.method = "PURGE"}, true},
      {"departure: preflight",
       "{method: PUT}",
       {.fields = {"Origin: https://a", "Access-Control-Request-Method: PUT"}, .method = "OPTIONS"},
       true},
      {"departure: preflight",
       "{method: OPTIONS}",
       {.fields = {"Origin: https://a", "Access-Control-Request-Method: PUT"}, .method = "OPTIONS"},
       false},
      {"no preflight", "{method: OPTIONS}", {.fields = {"Origin: x"}, .method = "OPTIONS"}, true},
  });
}

TEST(AlbRules, query) {
  check({
      {"AR:QueryStringConditionConfig", "{query: {v: '1'}}", {.target = "/?v=1"}, true},
      {"AR:QueryStringConditionConfig", "{query: {v: '1'}}", {.target = "/?w=1"}, false},
      {"AR:QueryStringConditionConfig case", "{query: {V: aB}}", {.target = "/?v=Ab"}, true},
      {"AR:QueryStringConditionConfig *", "{query: {v: '2*'}}", {.target = "/?v=2.1"}, true},
      {"AR:QueryStringConditionConfig ?", "{query: {v: '2?'}}", {.target = "/?v=2"}, false},
      {"AR:QueryStringConditionConfig keys", "{query: {'v?': '1'}}", {.target = "/?v1=1"}, true},
      {"AR:QueryStringConditionConfig keys", "{query: {'v*': '1'}}", {.target = "/?w1=1"}, false},
      {"without key: any key", "{query: {any: debug}}", {.target = "/?x=debug"}, true},
      {"without key: not the key", "{query: {any: debug}}", {.target = "/?debug=1"}, false},
      {"escape", R"({query: {v: 'a\*'}})", {.target = "/?v=a*"}, true},
      {"escape", R"({query: {v: 'a\*'}})", {.target = "/?v=ab"}, false},
      {"escape", R"({query: {v: '\?'}})", {.target = "/?v=?"}, true},
      {"reading: other backslashes", R"({query: {v: '\a'}})", {.target = R"(/?v=\a)"}, true},
      {"after the first ?", "{query: {'a?b': '1'}}", {.target = "/?a?b=1"}, true},
      {"after the first ?", "{query: {v: '1?w=2'}}", {.target = "/?v=1?w=2"}, true},
      {"any of several", "{query: {v: '2'}}", {.target = "/?v=1&v=2"}, true},
      {"reading: no = is empty", "{query: {v: ''}}", {.target = "/?v"}, true},
      {"reading: no = is empty", "{query: {any: v}}", {.target = "/?v"}, false},
      {"reading: first = divides", "{query: {v: 'a=b'}}", {.target = "/?v=a=b"}, true},
      {"reading: star of a key", "{query: {'*': 'b'}}", {.target = "/?v=a=b"}, false},
      {"reading: empty piece", "{query: {any: '*'}}", {.target = "/?&"}, false},
      {"reading: empty query", "{query: {any: '*'}}", {.target = "/?"}, false},
      {"reading: not decoded", "{query: {v: a}}", {.target = "/?v=%61"}, false},
      {"reading: only & divides", "{query: {v: '1'}}", {.target = "/?w=2;v=1"}, false},
  });
}

TEST(AlbRules, source_ip) {
  check({
      {"A:load-balancer-listeners", "{source_ip: 10.0.0.0/8}", {.source = "10.9.8.7"}, true},
      {"A:load-balancer-listeners", "{source_ip: 10.0.0.0/8}", {.source = "11.0.0.0"}, false},
      {"one address", "{source_ip: 10.0.0.1}", {.source = "10.0.0.1"}, true},
      {"A:load-balancer-listeners IPv6",
       "{source_ip: '2001:db8::/32'}",
       {.source = "2001:db8::1"},
       true},
      {"families", "{source_ip: '::/0'}", {.source = "10.0.0.1"}, false},
      {"families", "{source_ip: 0.0.0.0/0}", {.source = "::1"}, false},
      {"mapped", "{source_ip: '::ffff:10.0.0.0/104'}", {.source = "10.1.1.1"}, true},
      {"mapped", "{source_ip: 10.0.0.0/8}", {.source = "::ffff:10.1.1.1"}, true},
      {"never X-Forwarded-For",
       "{source_ip: 10.0.0.1}",
       {.fields = {"X-Forwarded-For: 10.0.0.1"}, .source = "192.0.2.1"},
       false},
      {"departure: client_ip is another",
       "{source_ip: 10.0.0.1}",
       {.source = "192.0.2.1", .client = "10.0.0.1"},
       false},
      {"departure: client_ip",
       "{client_ip: 10.0.0.1}",
       {.source = "192.0.2.1", .client = "10.0.0.1"},
       true},
      {"departure: client_ip",
       "{client_ip: 192.0.2.1}",
       {.source = "192.0.2.1", .client = "10.0.0.1"},
       false},
  });
}

struct Refused {
  const char* source;
  std::string when;
  std::string code;  // of the first diagnostic
  bool error;
};

TEST(AlbRules, what_can_never_match_is_said_and_what_makes_no_sense_refused) {
  const Refused rows[] = {
      {"AR:HttpHeaderConditionConfig Host", "{header: {Host: a}}", "wrong-value", true},
      {"AR:HttpHeaderConditionConfig name", "{header: {'X-*': a}}", "wrong-value", true},
      {"RFC 9110 5.1", "{header: {'X A': a}}", "wrong-value", true},
      {"A:load-balancer-listeners", "{source_ip: 255.255.255.255/32}", "wrong-value", true},
      {"RFC 4632", "{source_ip: 10.0.0.1/8}", "wrong-value", true},
      {"RFC 4632", "{source_ip: 10.0.0.0/33}", "wrong-value", true},
      {"RFC 9110 9.1", "{method: 'A B'}", "wrong-value", true},
      {"no regex", "{query: {a: {regex: b}}}", "wrong-type", true},
      {"AD:listener-rules.html", "{path: {regex: '(?=a)'}}", "wrong-value", true},
      {"AD:listener-rules.html", "{path: {regex: '(a)\\1'}}", "wrong-value", true},
      {"a list of nothing", "{path: []}", "wrong-value", true},
      {"a map of nothing", "{header: {}}", "wrong-value", true},
      {"A:load-balancer-listeners none", "{method: 'G*'}", "wrong-value", true},
      {"case of methods", "{method: get}", "wrong-value", true},
      {"TRACE is refused", "{method: TRACE}", "never-matches", false},
      {"A:load-balancer-listeners visible", "{header: {A: \"\\x07\"}}", "never-matches", false},
      {"departure: canonical", "{path: /a//b}", "never-matches", false},
      {"departure: no ;params", "{path: '/a;b'}", "never-matches", false},
      {"hosts have no port", "{host: 'a.test:80'}", "never-matches", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.source) + ": " + row.when);
    const auto loaded = config::load(
        "version: 1\nlisteners: {l: {address: '127.0.0.1:80'}}\nroutes:\n"
        "  - {name: r, priority: 1, when: " +
            row.when + ", action: {respond: {status: 200}}}\n",
        test::NoSource());
    ASSERT_FALSE(loaded.diagnostics.empty());
    EXPECT_EQ(loaded.diagnostics.front().code, row.code);
    EXPECT_EQ(loaded.good(), !row.error);
  }
}

TEST(AlbRules, there_is_no_limit_to_values_and_wildcards) {  // departure
  std::string paths;
  for (int i = 0; i < 50; ++i)
    paths += (i == 0 ? "" : ", ") + ("'/*a*b*c*" + std::to_string(i)) + "'";
  check({{"departure: counts", "{path: [" + paths + "]}", {.target = "/xaybzc-49"}, true}});
}

}  // namespace
}  // namespace gatehouse::conformance
