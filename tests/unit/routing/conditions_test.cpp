// Each condition by itself; the semantics row by row are in tests/conformance/alb_rules_test.cpp.
#include "routing/conditions.h"

#include <gtest/gtest.h>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using test::Ask;
using test::Routes;

TEST(Conditions, without_any_every_request_fits) {
  Routes routes({"{}"});
  EXPECT_EQ(routes.hit({}), 0);
  EXPECT_EQ(routes.hit({.target = "/x?y", .method = "POST", .host = "[::1]:80"}), 0);
}

TEST(Conditions, all_of_them_must_hold) {
  Routes routes(
      {"{host: a.test, path: /x, method: POST, header: {A: '1'}, query: {q: '1'}, "
       "source_ip: 192.0.2.0/24, client_ip: 10.0.0.1}"});
  const Ask good{.target = "/x?q=1",
                 .fields = {"A: 1"},
                 .method = "POST",
                 .source = "192.0.2.9",
                 .client = "10.0.0.1"};
  EXPECT_EQ(routes.hit(good), 0);
  for (int i = 0; i < 7; ++i) {
    Ask bad = good;
    if (i == 0) bad.host = "b.test";
    if (i == 1) bad.target = "/y?q=1";
    if (i == 2) bad.method = "GET";
    if (i == 3) bad.fields = {"A: 2"};
    if (i == 4) bad.target = "/x?q=2";
    if (i == 5) bad.source = "192.0.3.9";
    if (i == 6) bad.client = "10.0.0.2";
    EXPECT_EQ(routes.hit(bad), -1) << i;
  }
}

TEST(Conditions, of_one_map_any_entry_will_do_of_a_list_of_maps_all_must) {
  Routes any({"{header: {A: '1', B: '2'}}"});
  EXPECT_EQ(any.hit({.fields = {"B: 2"}}), 0);
  EXPECT_EQ(any.diagnostics().front().code, "any-of");
  Routes all({"{header: [{A: '1'}, {B: '2'}]}"});
  EXPECT_EQ(all.hit({.fields = {"B: 2"}}), -1);
  EXPECT_EQ(all.hit({.fields = {"B: 2", "A: 1"}}), 0);
  Routes query({"{query: [{a: '1'}, {a: '2'}]}"});
  EXPECT_EQ(query.hit({.target = "/?a=1"}), -1);
  EXPECT_EQ(query.hit({.target = "/?a=2&a=1"}), 0);
}

TEST(Conditions, a_regex_may_stand_beside_patterns) {
  Routes routes({"{path: [/a, {regex: '^/v[0-9]+$'}]}", "{host: {regex: '^x[0-9]\\.'}}",
                 "{header: {User-Agent: {regex: 'mobile|android'}}}"});
  EXPECT_EQ(routes.hit({.target = "/a"}), 0);
  EXPECT_EQ(routes.hit({.target = "/v7"}), 0);
  EXPECT_EQ(routes.hit({.target = "/V7"}), -1);
  EXPECT_EQ(routes.hit({.host = "X1.test"}), 1);
  EXPECT_EQ(routes.hit({.fields = {"User-Agent: An ANDROID phone"}}), 2);
}

TEST(Conditions, a_preflight_asks_for_the_method_of_the_request_behind_it) {
  Routes routes({"{method: POST}", "{method: OPTIONS}"});
  EXPECT_EQ(routes.hit({.fields = {"Origin: http://x", "Access-Control-Request-Method: POST"},
                        .method = "OPTIONS"}),
            0);
  EXPECT_EQ(routes.hit({.fields = {"Origin: http://x"}, .method = "OPTIONS"}), 1);
  EXPECT_EQ(routes.hit({.fields = {"Access-Control-Request-Method: POST"}, .method = "OPTIONS"}),
            1);
  EXPECT_EQ(routes.hit({.fields = {"Origin: http://x", "Access-Control-Request-Method: a b"},
                        .method = "OPTIONS"}),
            1);
  EXPECT_EQ(routes.hit({.fields = {"Origin: http://x", "Access-Control-Request-Method: POST"}}),
            -1);
}

}  // namespace
}  // namespace gatehouse::routing
