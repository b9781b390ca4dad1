#include "routing/reach.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Routes;

// "2 by 0 1" for each hidden rule, by their places.
std::string hidden(const std::vector<std::string>& whens) {
  std::string out;
  const Routes routes(whens);
  for (const auto& found : hidden_rules(routes.table())) {
    out += (out.empty() ? "" : "; ") + std::to_string(found.rule) + " by";
    for (const auto by : found.by) out += " " + std::to_string(by);
  }
  return out;
}

struct Row {
  std::vector<std::string> whens;
  const char* hidden;
};

TEST(Reach, a_rule_is_hidden_by_one_that_takes_all_it_asks_for) {
  for (const Row& row : {
           Row{{"{path: '/api/*'}", "{path: '/api/users/*'}"}, "1 by 0"},
           Row{{"{path: '/api/users/*'}", "{path: '/api/*'}"}, ""},
           Row{{"{path: /a}", "{path: /a}"}, "1 by 0"},
           Row{{"{path: /a}", "{path: /a, method: GET}"}, "1 by 0"},
           Row{{"{path: /a, method: GET}", "{path: /a}"}, ""},
           Row{{"{path: '/*'}", "{host: a.test}"}, "1 by 0"},
           Row{{"{host: '*'}", "{path: /a}"}, "1 by 0"},
           Row{{"{host: '*.test'}", "{host: [A.test, b.TEST]}"}, "1 by 0"},
           Row{{"{host: '*.test'}", "{host: [a.test, b.org]}"}, ""},
           Row{{"{path: '/*', host: a.test}", "{path: /x}"}, ""},
           Row{{"{header: {A: '1*'}}", "{header: {a: '12'}, method: GET}"}, "1 by 0"},
           Row{{"{header: {A: '1*', B: x}}", "{header: [{A: '12'}, {C: z}]}"}, "1 by 0"},
           Row{{"{header: [{A: '12'}, {C: z}]}", "{header: {A: '12'}}"}, ""},
           Row{{"{query: {any: '1'}}", "{query: {v: '1'}}"}, "1 by 0"},
           Row{{"{query: {v: '1'}}", "{query: {any: '1'}}"}, ""},
           Row{{"{source_ip: 10.0.0.0/8}", "{source_ip: [10.1.0.0/16, 10.2.3.4]}"}, "1 by 0"},
           Row{{"{source_ip: 0.0.0.0/0}", "{source_ip: '::/0'}"}, ""},
           Row{{"{source_ip: 0.0.0.0/0}", "{path: /a}"}, ""},
           Row{{"{client_ip: 10.0.0.0/8}", "{client_ip: 10.0.0.1}"}, "1 by 0"},
           Row{{"{client_ip: 10.0.0.0/8}", "{source_ip: 10.0.0.1}"}, ""},
           Row{{"{method: [GET, POST]}", "{method: [POST, GET], path: /a}"}, "1 by 0"},
           Row{{"{method: GET}", "{method: HEAD}"}, ""},
       })
    EXPECT_EQ(hidden(row.whens), row.hidden) << row.whens[0] << " " << row.whens[1];
}

TEST(Reach, several_rules_hide_one_together) {
  EXPECT_EQ(hidden({"{method: GET}", "{method: POST}", "{method: [GET, POST], path: /a}"}),
            "2 by 0 1");
  EXPECT_EQ(hidden({"{path: /a}", "{path: /b, method: GET}", "{path: [/a, /b]}"}), "");
  EXPECT_EQ(
      hidden({"{host: a.test}", "{path: '/x*'}", "{host: [a.test, b.test], path: ['/xy', /x]}"}),
      "2 by 1");
  EXPECT_EQ(hidden({"{host: a.test}", "{path: /x}", "{path: /y}",
                    "{host: [a.test, b.test], path: [/x, /y]}"}),
            "3 by 0 1 2");
}

TEST(Reach, of_a_regular_expression_is_known_what_is_plain_in_it) {
  for (const Row& row : {
           Row{{"{path: '/v*'}", "{path: {regex: '^/v[0-9]+/x'}}"}, "1 by 0"},
           Row{{"{path: {regex: '^/v[0-9]+'}}", "{path: {regex: '^/v[0-9]+'}}"}, "1 by 0"},
           Row{{"{path: {regex: '^/v[0-9]+'}}", "{path: /v12}"}, "1 by 0"},
           Row{{"{path: {regex: '^/v[0-9]+'}}", "{path: '/v12*'}"}, ""},  // true, but not proven
           Row{{"{path: {regex: '^/v'}}", "{path: '/v12*'}"}, "1 by 0"},
           Row{{"{path: {regex: '[.]js$'}}", "{path: '/a*'}"}, ""},
           Row{{"{path: {regex: '\\.js$'}}", "{path: '/a/*.js'}"}, "1 by 0"},
           Row{{"{path: {regex: 'b|^/a'}}", "{path: '/a*'}"}, ""},
           Row{{"{host: {regex: '.*'}}", "{host: a.test}"}, "1 by 0"},
           Row{{"{host: {regex: '^API'}}", "{host: 'api.*'}"}, "1 by 0"},
           Row{{"{}", "{host: {regex: 'x{3}(?:a|b)[^a-z]'}}"}, "1 by 0"},
       })
    EXPECT_EQ(hidden(row.whens), row.hidden) << row.whens[0] << " " << row.whens[1];
}

TEST(Reach, the_request_that_shows_it_holds_the_rule_and_goes_to_another) {
  const std::vector<std::string> whens = {
      "{path: '/api/*', host: 'a*.test'}",
      "{path: '/*', header: {X-A: '*'}}",
      "{path: '/api/?/*', host: 'ab?.test', method: PUT, header: [{X-B: 'q*'}, {X-C: z}], "
      "query: [{v: '1*'}, {any: z}], source_ip: 10.0.0.0/8}",
      "{path: {regex: '^/v[0-9]{2}/(x|y)'}, header: {X-A: {regex: '^[a-c]+$'}}}",
  };
  const Routes routes(whens);
  const auto found = hidden_rules(routes.table());
  ASSERT_EQ(found.size(), 2U);
  for (const auto& hidden : found) {
    ASSERT_TRUE(hidden.request.has_value());
    EXPECT_EQ(hidden.taken_by, hidden.by[0]);
    const Parsed parsed(*hidden.request);
    EXPECT_TRUE(routes.table().conditions(hidden.rule).hold(parsed.subject()));
    EXPECT_EQ(routes.tried(parsed.subject()), static_cast<int>(hidden.taken_by));
  }
  EXPECT_EQ(found[0].request->target(), "/api/x/x?v=1x&x=z");
  EXPECT_EQ(found[1].request->target(), "/v00/x");
}

}  // namespace
}  // namespace gatehouse::routing
