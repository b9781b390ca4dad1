#include "routing/explain.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Ask;
using test::Asked;

struct Row {
  std::string when;
  Ask ask;
  std::string expected;  // condition: wanted, saw
};

std::string explained(const std::string& when, const Ask& ask) {
  const auto loaded = config::load("version: 1\nroutes:\n  - {name: r, priority: 1, when: " + when +
                                       ", action: {respond: {status: 200}}}\n",
                                   test::NoSource());
  const auto& spec = loaded.spec.routes.at(0).when;
  const Asked asked(ask);
  const auto failure = first_failure(Conditions(spec), asked.subject());
  return failure ? failure->condition + ": " + failure->wanted + ", saw " + failure->saw : "holds";
}

TEST(Explain, the_first_condition_that_fails_is_named_with_what_it_saw) {
  const Row rows[] = {
      {"{}", {}, "holds"},
      {"{host: [B.test, '*.org'], path: /x}", {}, "host: b.test | *.org, saw a.test"},
      {"{path: [/x, {regex: '^/y'}]}", {.target = "/a/../z;v?q"}, "path: /x | /^/y/, saw /z"},
      {"{method: [PUT, POST]}", {}, "method: PUT | POST, saw GET"},
      {"{header: {X-A: ['1', '2*']}}", {}, "header: x-a: 1 | 2*, saw nothing"},
      {"{header: {X-A: '1'}}",
       {.fields = {"x-a: 2", "B: 1", "X-A: 3"}},
       "header: x-a: 1, saw x-a: 2 | X-A: 3"},
      {"{header: [{A: '1'}, {B: '2'}]}", {.fields = {"A: 1"}}, "header: b: 2, saw nothing"},
      {"{query: [{v: '1'}, {any: w}]}", {.target = "/?v=1&x=y"}, "query: any: w, saw v=1&x=y"},
      {"{query: {v: '1'}}", {}, "query: v: 1, saw nothing"},
      {"{query: {'a*': ['\\*', '?']}}", {}, "query: a*: \\* | ?, saw nothing"},
      {"{source_ip: [10.0.0.0/8, '::1']}", {}, "source_ip: 10.0.0.0/8 | ::1/128, saw 192.0.2.1"},
      {"{client_ip: 10.0.0.1}",
       {.client = "2001:db8::1"},
       "client_ip: 10.0.0.1/32, saw 2001:db8::1"},
      {"{method: PUT}",
       {.fields = {"Origin: a", "Access-Control-Request-Method: POST"}, .method = "OPTIONS"},
       "method: PUT, saw POST (which the preflight asks for)"},
      {"{method: GET, header: {A: '1'}, query: {b: '2'}, source_ip: 192.0.2.1, client_ip: "
       "10.0.0.1}",
       {.target = "/?b=2", .fields = {"A: 1"}},
       "client_ip: 10.0.0.1/32, saw 192.0.2.1"},
  };
  for (const auto& row : rows) EXPECT_EQ(explained(row.when, row.ask), row.expected) << row.when;
}

}  // namespace
}  // namespace gatehouse::routing
