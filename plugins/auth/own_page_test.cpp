#include "own_page.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

const std::vector<std::string> kOrigins = {"https://chat.example.com"};

struct Row {
  std::vector<Line> headers;
  bool own;
};

void check(const std::vector<Row>& rows, std::string_view scheme, std::string_view host) {
  for (const auto& row : rows) {
    std::string text;
    for (const auto& [name, value] : row.headers)
      text.append(name).append(": ").append(value).append("\n");
    EXPECT_EQ(is_own_page(row.headers, scheme, host, kOrigins), row.own) << scheme << ' ' << text;
  }
}

TEST(auth, S03_the_browser_says_whose_page_it_is) {
  check({{{{"Sec-Fetch-Site", "same-origin"}}, true},
         {{{"sec-fetch-site", "none"}}, true},
         {{{"Sec-Fetch-Site", "same-site"}}, false},
         {{{"Sec-Fetch-Site", "cross-site"}}, false},
         {{{"Sec-Fetch-Site", "Same-Origin"}}, false},
         {{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}}, false},
         {{{"Sec-Fetch-Site", "same-site"}, {"Origin", "https://chat.example.com"}}, true},
         {{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}}, false},
         {{}, false}},
        "https", "api.example.com");
}

TEST(auth, S03_without_that_the_origin_is_ours_or_in_the_list) {
  check({{{{"Origin", "https://api.example.com"}}, true},
         {{{"Origin", "https://API.example.com"}}, true},
         {{{"Origin", "https://chat.example.com"}}, true},
         {{{"Origin", "http://api.example.com"}}, false},
         {{{"Origin", "https://api.example.com:8443"}}, false},
         {{{"Origin", "https://api.example.com.evil"}}, false},
         {{{"Origin", "https://evil-api.example.com"}}, false},
         {{{"Origin", "https://example.com"}}, false},
         {{{"Origin", "null"}}, false},
         {{{"Origin", ""}}, false},
         {{{"Origin", "https://api.example.com"}, {"Origin", "https://evil.example"}}, false},
         {{{"Origin", "null"}, {"Referer", "https://api.example.com/page"}}, false}},
        "https", "api.example.com");
  check({{{{"Origin", "https://api.example.com"}}, true}}, "https", "api.example.com:443");
  check({{{{"Origin", "http://api.example.com:8080"}}, true},
         {{{"Origin", "http://api.example.com"}}, false}},
        "http", "api.example.com:8080");
  check({{{{"Origin", "https://"}}, false}, {{{"Origin", "http://"}}, false}}, "http", "");
}

TEST(auth, S03_without_an_origin_the_referer_counts) {
  check({{{{"Referer", "https://api.example.com/page?a#b"}}, true},
         {{{"Referer", "https://api.example.com"}}, true},
         {{{"Referer", "https://chat.example.com/x"}}, true},
         {{{"Referer", "https://evil.example/https://api.example.com/"}}, false},
         {{{"Referer", "https://api.example.com@evil.example/"}}, false},
         {{{"Referer", "https://api.example.com?.evil.example/"}}, true},
         {{{"Referer", "/page"}}, false},
         {{{"Referer", ""}}, false}},
        "https", "api.example.com");
}

TEST(auth, S03_what_changes_nothing_needs_no_page) {
  for (const auto* method : {"GET", "HEAD", "OPTIONS", "TRACE"})
    EXPECT_FALSE(needs_own_page(method, false)) << method;
  for (const auto* method : {"POST", "PUT", "PATCH", "DELETE", "PROPFIND", "GeT", "get", ""})
    EXPECT_TRUE(needs_own_page(method, false)) << method;
  EXPECT_TRUE(needs_own_page("GET", true));
}

TEST(auth, an_origin_is_one_as_browsers_write_it) {
  for (const auto* good :
       {"https://chat.example.com", "http://localhost:3000", "https://[::1]:8443"})
    EXPECT_TRUE(is_origin(good)) << good;
  for (const auto* bad : {"", "chat.example.com", "https://", "https://chat.example.com/", "*",
                          "https://*.example.com", "https://Chat.example.com", "ftp://a", "null",
                          "https://chat.example.com:443", "http://a:80", "https://a b"})
    EXPECT_FALSE(is_origin(bad)) << bad;
}

}  // namespace
}  // namespace auth
