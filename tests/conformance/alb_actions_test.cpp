// What an Application Load Balancer does with a request that a rule has matched, row by row.
// Sources as in alb_rules_test.cpp.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "lib/routes.h"
#include "routing/rewrite.h"
#include "routing/template.h"

namespace gatehouse::conformance {
namespace {

using Parts = routing::RedirectUrl::Parts;
using routing::UrlParts;

struct RedirectRow {
  const char* source;
  Parts parts;
  UrlParts request;
  std::string location;
};

constexpr UrlParts kHttp{"http", "shop.test", "80", "/a/b", "c=d"};
constexpr UrlParts kHttps{"https", "shop.test", "8443", "/a/b", "c=d"};
constexpr UrlParts kBare{"http", "shop.test", "80", "/", ""};

TEST(AlbActions, redirect) {
  const RedirectRow rows[] = {
      {"A:load-balancer-listeners parts stay",
       {.protocol = "https", .port = "443"},
       kHttp,
       "https://shop.test/a/b?c=d"},
      {"A:load-balancer-listeners #{protocol}",
       {.protocol = "#{protocol}", .host = "b.test"},
       kHttps,
       "https://b.test:8443/a/b?c=d"},
      {"A:load-balancer-listeners #{host} in host",
       {.host = "www.#{host}"},
       kHttps,
       "https://www.shop.test:8443/a/b?c=d"},
      {"A:load-balancer-listeners #{port} in port",
       {.host = "b.test", .port = "#{port}"},
       kHttps,
       "https://b.test:8443/a/b?c=d"},
      {"A:load-balancer-listeners #{path} without slash",
       {.path = "/new/#{path}"},
       kHttps,
       "https://shop.test:8443/new/a/b?c=d"},
      {"A:load-balancer-listeners #{host} #{port} in path",
       {.path = "/#{host}/#{port}"},
       kHttps,
       "https://shop.test:8443/shop.test/8443?c=d"},
      {"A:load-balancer-listeners all in query",
       {.path = "/", .query = "#{protocol}-#{host}-#{port}-#{path}-#{query}"},
       kHttps,
       "https://shop.test:8443/?https-shop.test-8443-a/b-c=d"},
      {"A:load-balancer-listeners no query",
       {.path = "/x", .query = ""},
       kHttps,
       "https://shop.test:8443/x"},
      {"departure: no ? for an empty #{query}", {.host = "b.test"}, kBare, "http://b.test/"},
      {"departure: no default port", {.host = "b.test"}, kHttp, "http://b.test/a/b?c=d"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source);
    const auto url = routing::RedirectUrl::compile(row.parts);
    ASSERT_TRUE(url);
    std::array<std::byte, 512> block;
    Arena arena(block.data(), block.size());
    EXPECT_EQ(url->render(row.request, arena), row.location);
  }
}

struct RewriteRow {
  const char* source;
  std::string regex;
  std::string replace;
  std::string path;
  std::string rewritten;
};

TEST(AlbActions, transforms) {
  const RewriteRow rows[] = {
      {"AD:rule-transforms.html groups", "^/api/(.+)/(.+)$", "/$2/$1", "/api/a/b", "/b/a"},
      {"AD:rule-transforms.html no match", "^/x", "/y", "/api/a", "/api/a"},
      {"AR:API_RewriteConfig.html match", "/api", "/v2", "/api/a", "/v2/a"},
      {"departure: $1, and $$ for itself", "^/(a)$", "/$$1/$1", "/a", "/$1/a"},
      {"departure: canonical again", "^/a", "/b//./", "/a/c", "/b/c"},
      {"AD:rule-transforms.html failed is a 500", "3F", "", "/a%3F", "refused"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.source);
    const routing::Rewrite rewrite({{row.regex, {}}, {row.replace, {}}});
    std::array<std::byte, 512> block;
    Arena arena(block.data(), block.size());
    EXPECT_EQ(routing::rewritten_path(rewrite, row.path, false, http::PathRisk::none, arena)
                  .value_or("refused"),
              row.rewritten);
  }
}

struct FileRow {
  const char* source;
  std::string routes;  // behind a file with the groups a and b, the listeners l and m
  std::string code;    // of the first error; "": accepted
};

TEST(AlbActions, what_a_file_may_say) {
  const std::string respond = ", action: {respond: {status: 200}}}";
  const auto rule = [&](const std::string& name, const std::string& rest) {
    return "{name: " + name + ", " + rest;
  };
  const auto action = [&](const std::string& text) {
    return "[{name: x, priority: 1, action: " + text + "}]";
  };
  const FileRow rows[] = {
      {"A:load-balancer-listeners PriorityInUse",
       "[" + rule("x", "priority: 1" + respond) + ", " + rule("y", "priority: 1" + respond) + "]",
       "duplicate-priority"},
      {"departure: unique on each listener",
       "[" + rule("x", "priority: 1, listeners: [l]" + respond) + ", " +
           rule("y", "priority: 1, listeners: [m]" + respond) + "]",
       ""},
      {"departure: 1 to 1,000,000", "[" + rule("x", "priority: 1000000" + respond) + "]", ""},
      {"departure: 1 to 1,000,000", "[" + rule("x", "priority: 1000001" + respond) + "]",
       "out-of-range"},
      {"A:load-balancer-listeners exactly one", action("{forward: a, respond: {status: 200}}"),
       "wrong-value"},
      {"A:load-balancer-listeners weights", action("{forward: {a: 999, b: 0}}"), ""},
      {"A:load-balancer-listeners weights", action("{forward: {a: 1000}}"), "out-of-range"},
      {"A:load-balancer-listeners something must change", action("{redirect: {query: x}}"),
       "wrong-value"},
      {"A:load-balancer-listeners keywords", action("{redirect: {host: '#{hosts}'}}"),
       "wrong-value"},
      {"A:load-balancer-listeners duration", action("{forward: {a: 1, b: 1}, sticky: 7d}"), ""},
      {"A:load-balancer-listeners duration", action("{forward: {a: 1, b: 1}, sticky: 8d}"),
       "out-of-range"},
      {"A:load-balancer-listeners forward only", action("{respond: {status: 200}, sticky: 1h}"),
       "wrong-value"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.source) + ": " + row.routes);
    const auto loaded = config::load(
        "version: 1\nlisteners: {l: {address: '127.0.0.1:1'}, m: {address: '127.0.0.1:2'}}\n"
        "target_groups: {a: {targets: ['127.0.0.1:3']}, b: {targets: ['127.0.0.1:4']}}\n"
        "routes: " +
            row.routes + "\n",
        test::NoSource());
    std::string code;
    for (const auto& found : loaded.diagnostics) {
      if (code.empty() && found.severity == config::Severity::error) code = found.code;
    }
    EXPECT_EQ(code, row.code);
  }
}

}  // namespace
}  // namespace gatehouse::conformance
