#include "routing/rewrite.h"

#include <gtest/gtest.h>

#include <array>

#include "lib/routes.h"

namespace gatehouse::routing {
namespace {

using http::PathRisk;

Rewrite rewrite(const std::string& regex, const std::string& replace) {
  return Rewrite({{regex, {}}, {replace, {}}});
}

std::string path(const Rewrite& with, std::string_view from, bool raw = false,
                 PathRisk allowed = PathRisk::none) {
  std::array<std::byte, 256> block;
  Arena arena(block.data(), block.size());
  return std::string(rewritten_path(with, from, raw, allowed, arena).value_or("refused"));
}

std::string host(const Rewrite& with, const std::string& from) {
  std::array<std::byte, 256> block;
  Arena arena(block.data(), block.size());
  const test::Asked asked({.host = from});
  return std::string(rewritten_host(with, asked.subject().head, arena).value_or("refused"));
}

TEST(Rewrite, groups_are_put_where_the_replacement_names_them) {
  EXPECT_EQ(path(rewrite("^/api/v1/(.*)$", "/api/$1"), "/api/v1/users/7"), "/api/users/7");
  EXPECT_EQ(path(rewrite("^/([a-z]+)/([0-9]+)$", "/$2/$1/$0x"), "/ab/12"), "/12/ab/ab/12x");
  EXPECT_EQ(path(rewrite("^/(a)?b", "/x$1y"), "/b"), "/xy");
  EXPECT_EQ(path(rewrite("^/a", "/$$1"), "/a"), "/$1");
  EXPECT_EQ(path(rewrite("^/(a)(b)(c)(d)(e)(f)(g)(h)(i)", "/$9$10"), "/abcdefghi"), "/ia0");
}

TEST(Rewrite, where_nothing_matches_the_text_stays_the_clients_own) {
  const std::string_view from = "/other";
  std::array<std::byte, 64> block;
  Arena arena(block.data(), block.size());
  const auto out = rewritten_path(rewrite("^/api", ""), from, false, PathRisk::none, arena);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->data(), from.data());
}

TEST(Rewrite, only_the_first_match_is_replaced_and_the_rest_stays) {
  EXPECT_EQ(path(rewrite("a", "b"), "/xaya"), "/xbya");
}

TEST(Rewrite, a_path_begins_with_a_slash_again) {
  EXPECT_EQ(path(rewrite("^/api", ""), "/api"), "/");
  EXPECT_EQ(path(rewrite("^/api/", ""), "/api/x"), "/x");
}

TEST(Rewrite, what_comes_out_is_canonical) {
  EXPECT_EQ(path(rewrite("^/a", "/b/"), "/a/c"), "/b/c");
  EXPECT_EQ(path(rewrite("^/a/(.*)$", "/x/../$1"), "/a/c"), "/c");
  EXPECT_EQ(path(rewrite("-", "."), "/a/.-/b"), "/b");
}

TEST(Rewrite, an_escape_cannot_be_broken_or_made) {
  EXPECT_EQ(path(rewrite("3F$", ""), "/a%3F"), "refused");
  EXPECT_EQ(path(rewrite("-", "%"), "/a-2Fb"), "refused");
  EXPECT_EQ(path(rewrite("-", "%"), "/a-2Fb", false, PathRisk::encoded_slash), "/a%2Fb");
  EXPECT_EQ(path(rewrite("-", "%"), "/a-00", false, PathRisk::encoded_slash), "refused");
  EXPECT_EQ(path(rewrite("-", "%"), "/a-41"), "/aA");
}

TEST(Rewrite, a_raw_path_stays_raw) {
  EXPECT_EQ(path(rewrite("^/a", "/b"), "/a//%2F/../c", true), "/b//%2F/../c");
  EXPECT_EQ(path(rewrite("2F", ""), "/a%2F", true), "refused");
}

TEST(Rewrite, a_host_keeps_its_port_unless_the_rewrite_gives_one) {
  EXPECT_EQ(host(rewrite("^shop\\.", "www."), "shop.test:8080"), "www.test:8080");
  EXPECT_EQ(host(rewrite("^shop\\.", "www."), "shop.test"), "www.test");
  EXPECT_EQ(host(rewrite(".*", "intern:9000"), "shop.test:8080"), "intern:9000");
  EXPECT_EQ(host(rewrite("^x", "y"), "shop.test:8080"), "shop.test:8080");
  EXPECT_EQ(host(rewrite(".*", "[::1]"), "shop.test:80"), "[::1]:80");
}

TEST(Rewrite, what_is_no_host_is_refused) {
  EXPECT_EQ(host(rewrite(".*", ""), "shop.test"), "refused");
  EXPECT_EQ(host(rewrite(".*", "a:b:c"), "shop.test"), "refused");
}

// What `load` says to a rewrite: the code of its first finding, "" if it has none.
std::string finding(const std::string& rewrite, const std::string& action = "forward: g") {
  const auto loaded = config::load(
      "version: 1\nlisteners: {l: {address: '127.0.0.1:80'}}\n"
      "target_groups: {g: {targets: ['127.0.0.1:81']}}\nroutes:\n"
      "  - {name: r, priority: 1, rewrite: " +
          rewrite + ", action: {" + action + "}}\n",
      test::NoSource());
  return loaded.diagnostics.empty() ? "" : loaded.diagnostics.front().message;
}

TEST(Rewrite, the_file_is_told_what_cannot_work) {
  EXPECT_EQ(finding("{path: {regex: '^/a(.*)', replace: '/b$1'}}"), "");
  EXPECT_NE(finding("{path: {regex: '^/a(.*)', replace: '/b$2'}}").find("group"),
            std::string::npos);
  EXPECT_NE(finding("{path: {regex: '^/a(', replace: '/b'}}"), "");
  EXPECT_NE(finding("{path: {regex: '^/a', replace: '/b c'}}"), "");
  EXPECT_NE(finding("{path: {regex: '^/a', replace: '/b?c=d'}}"), "");
  EXPECT_NE(finding("{host: {regex: '^a', replace: 'b/c'}}"), "");
  EXPECT_NE(finding("{path: {regex: a, replace: b}}", "respond: {status: 200}"), "");
}

}  // namespace
}  // namespace gatehouse::routing
