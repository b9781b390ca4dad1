#include "challenge.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

Asked asked(const std::vector<Line>& headers, std::string_view method = "GET",
            std::string_view target = "/chat?a=1&b") {
  return {method, target, false, headers};
}

TEST(Challenge, a_page_that_a_person_opens_is_a_navigation) {
  using Headers = std::vector<Line>;
  const Headers kPages[] = {
      {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "document"}},
      {{"sec-fetch-mode", "navigate"}},
      {{"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}},
      {{"Accept", "application/json;q=0.5, text/html"}},
  };
  const Headers kOthers[] = {
      {},
      {{"Accept", "*/*"}},
      {{"Accept", "application/json"}},
      {{"Accept", "application/json, text/html;q=0.9"}},
      {{"Accept", "text/html;q=0"}},
      {{"Accept", "text/event-stream"}},
      {{"Accept", "text/html"}, {"X-Requested-With", "XMLHttpRequest"}},
      {{"Accept", "text/html"}, {"RSC", "1"}},
      {{"Accept", "text/html"}, {"Next-Action", "abc"}},
      {{"Sec-Fetch-Mode", "cors"}, {"Accept", "text/html"}},
      {{"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Dest", "iframe"}},
  };
  for (const auto& headers : kPages) {
    EXPECT_TRUE(is_navigation(asked(headers)));
    EXPECT_TRUE(is_navigation(asked(headers, "HEAD")));
    EXPECT_FALSE(is_navigation(asked(headers, "POST")));
    EXPECT_FALSE(is_navigation({"GET", "/", true, headers}));
    EXPECT_FALSE(is_navigation({"GET", "/", false, headers, true}));
  }
  for (const auto& headers : kOthers) EXPECT_FALSE(is_navigation(asked(headers)));
}

std::string header(const Answer& answer, std::string_view name) {
  for (const auto& [known, value] : answer.headers) {
    if (known == name) return value;
  }
  return {};
}

TEST(Challenge, programs_get_what_they_can_read) {
  const Answer none = answer_for({401, {}}, asked({}), "/login");
  EXPECT_EQ(none.status, 401);
  EXPECT_EQ(header(none, "WWW-Authenticate"), "Bearer realm=\"gatehouse\"");
  EXPECT_EQ(header(none, "Cache-Control"), "no-store");
  EXPECT_EQ(header(none, "Vary"), "Cookie, Authorization");
  EXPECT_EQ(none.body,
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"login_url\":\"/"
            "login\"}\n");
  const Answer bad = answer_for({401, "invalid_token"}, asked({}), "");
  EXPECT_EQ(header(bad, "WWW-Authenticate"), "Bearer realm=\"gatehouse\", error=\"invalid_token\"");
  EXPECT_EQ(bad.body,
            "{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,\"error\":"
            "\"invalid_token\"}\n");
  const Answer forbidden = answer_for({403, "insufficient_scope"}, asked({}), "/login");
  EXPECT_EQ(header(forbidden, "WWW-Authenticate"),
            "Bearer realm=\"gatehouse\", error=\"insufficient_scope\"");
  EXPECT_EQ(forbidden.body.find("login_url"), std::string::npos);
  EXPECT_EQ(header(answer_for({503, {}}, asked({}), ""), "Retry-After"), "5");
}

TEST(Challenge, people_are_sent_to_the_login_page_and_back_to_our_own_paths_only) {
  const std::vector<Line> page = {{"Sec-Fetch-Mode", "navigate"}};
  const auto location = [&](std::string_view target, std::string_view login = "/login") {
    const Answer answer = answer_for({401, {}}, asked(page, "GET", target), login);
    EXPECT_EQ(answer.status, 302);
    return header(answer, "Location");
  };
  EXPECT_EQ(location("/chat?a=1&b"), "/login?callbackUrl=%2Fchat%3Fa%3D1%26b");
  EXPECT_EQ(location("/a", "/login?x=1"), "/login?x=1&callbackUrl=%2Fa");
  EXPECT_EQ(location("/a", "https://id.example.com/"), "https://id.example.com/?callbackUrl=%2Fa");
  for (const std::string_view evil : {"//evil", "/\\evil", "http://evil/", "*", "/a\r\nX: 1", ""}) {
    EXPECT_EQ(location(evil), "/login?callbackUrl=%2F") << evil;
  }
  EXPECT_EQ(answer_for({401, {}}, asked(page), "").status, 401);
  EXPECT_EQ(answer_for({403, "insufficient_scope"}, asked(page), "/login").status, 403);
}

}  // namespace
}  // namespace auth
