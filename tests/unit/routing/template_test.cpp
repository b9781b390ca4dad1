#include "routing/template.h"

#include <gtest/gtest.h>

#include <array>

namespace gatehouse::routing {
namespace {

constexpr UrlParts kRequest{"http", "shop.test", "8080", "/a/b", "x=1&y"};

std::string rendered(const Result<RedirectUrl>& url, const UrlParts& request = kRequest) {
  if (!url) return "error: " + url.error().text();
  std::array<std::byte, 512> block;
  Arena arena(block.data(), block.size());
  return std::string(url->render(request, arena));
}

TEST(Template, keywords_stand_for_parts_of_the_request) {
  const auto made = Template::compile("#{protocol}|#{host}|#{port}|#{path}|#{query}|#{path}");
  ASSERT_TRUE(made);
  std::string out;
  made->render(kRequest, out);
  EXPECT_EQ(out, "http|shop.test|8080|a/b|x=1&y|a/b");
  EXPECT_FALSE(made->literal());
  EXPECT_TRUE(Template::compile("a # {b} #b")->literal());
}

TEST(Template, what_is_no_keyword_is_refused) {
  EXPECT_FALSE(Template::compile("#{nothing}"));
  EXPECT_FALSE(Template::compile("#{path"));
  EXPECT_FALSE(Template::compile("#{Path}"));
  EXPECT_FALSE(Template::compile("#{}"));
}

TEST(RedirectUrl, without_a_change_everything_stays) {
  EXPECT_EQ(rendered(RedirectUrl::compile({})), "http://shop.test:8080/a/b?x=1&y");
}

TEST(RedirectUrl, one_part_is_changed_and_the_rest_stays) {
  EXPECT_EQ(rendered(RedirectUrl::compile({.protocol = "https", .port = "443"})),
            "https://shop.test/a/b?x=1&y");
  EXPECT_EQ(rendered(RedirectUrl::compile({.host = "www.#{host}"})),
            "http://www.shop.test:8080/a/b?x=1&y");
  EXPECT_EQ(rendered(RedirectUrl::compile({.path = "/new/#{path}"})),
            "http://shop.test:8080/new/a/b?x=1&y");
  EXPECT_EQ(rendered(RedirectUrl::compile({.query = "from=#{host}&#{query}"})),
            "http://shop.test:8080/a/b?from=shop.test&x=1&y");
}

TEST(RedirectUrl, the_port_that_a_protocol_has_anyway_is_left_out) {
  UrlParts plain = kRequest;
  plain.port = "80";
  EXPECT_EQ(rendered(RedirectUrl::compile({}), plain), "http://shop.test/a/b?x=1&y");
  EXPECT_EQ(rendered(RedirectUrl::compile({.protocol = "https"}), plain),
            "https://shop.test:80/a/b?x=1&y");
}

TEST(RedirectUrl, an_empty_query_has_no_question_mark) {
  UrlParts bare = kRequest;
  bare.query = "";
  EXPECT_EQ(rendered(RedirectUrl::compile({}), bare), "http://shop.test:8080/a/b");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("https://#{host}/#{path}?#{query}"), bare),
            "https://shop.test/a/b");
}

TEST(RedirectUrl, one_text_may_say_it_all) {
  EXPECT_EQ(rendered(RedirectUrl::compile_url("https://#{host}:8443/#{path}?#{query}")),
            "https://shop.test:8443/a/b?x=1&y");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("https://other.test")), "https://other.test/");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("https://other.test?a=1")),
            "https://other.test/?a=1");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("https://[::1]:1/x")), "https://[::1]:1/x");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("#{protocol}://#{host}:#{port}/x")),
            "http://shop.test:8080/x");
}

TEST(RedirectUrl, a_path_alone_stays_on_the_host) {
  EXPECT_EQ(rendered(RedirectUrl::compile_url("/login?next=/#{path}")), "/login?next=/a/b");
  EXPECT_EQ(rendered(RedirectUrl::compile_url("/x?u=http://y")), "/x?u=http://y");
}

TEST(RedirectUrl, two_slashes_lead_to_no_other_host) {
  UrlParts request = kRequest;
  request.path = "//evil.test/x";
  EXPECT_EQ(rendered(RedirectUrl::compile_url("/#{path}"), request), "/evil.test/x");
  request.path = "/\\evil.test";
  EXPECT_EQ(rendered(RedirectUrl::compile_url("/#{path}"), request), "/evil.test");
}

TEST(RedirectUrl, nothing_splits_the_header) {
  UrlParts request = kRequest;
  request.query = "a\r\nSet-Cookie: x\x7f";
  EXPECT_EQ(rendered(RedirectUrl::compile({}), request), "http://shop.test:8080/a/b?aSet-Cookie:x");
}

TEST(RedirectUrl, an_unknown_keyword_is_an_error_in_every_part) {
  EXPECT_FALSE(RedirectUrl::compile({.host = "#{x}"}));
  EXPECT_FALSE(RedirectUrl::compile_url("https://#{host}/#{x}"));
}

}  // namespace
}  // namespace gatehouse::routing
