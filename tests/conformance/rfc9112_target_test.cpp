// RFC 9112 3.2 and RFC 9110 7.2: the four forms of the target, and Host.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

std::string to(std::string_view target, std::string_view host = "a.test") {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
}
std::string host(std::string_view value) { return to("/", value); }

TEST(Rfc9112, section_3_2_1_origin_form) {
  check_requests({
      {"3.2.1", to("/a/b?c=d"), "GET /a/b?c=d @a.test none keep"},
      {"3.2.1 an empty query stays", to("/a?"), "GET /a? @a.test none keep"},
      {"3.2.1 the first ? counts", to("/a?b?c"), "GET /a?b?c @a.test none keep"},
      {"ALB.md the query is never rewritten", to("/?/../%61//"),
       "GET /?/../%61// @a.test none keep"},
      {"3.2 fragment", to("/a#b"), "bad_target"},
      {"3.2 fragment in the query", to("/a?b#c"), "bad_target"},
      {"3986 2 raw UTF-8", to("/caf\xc3\xa9"), "bad_target"},
      {"3986 2 raw UTF-8 in the query", to("/?\xc3\xa9"), "bad_target"},
      {"3986 2.1 half an escape", to("/a%2"), "bad_target"},
      {"3986 2.1 half an escape", to("/a%"), "bad_target"},
      {"3986 2.1 no escape", to("/a%zz"), "bad_target"},
      {"3986 2.1 escape across the ?", to("/a%2?0"), "bad_target"},
      {"3.2 no slash", to("a"), "bad_target"},
      {"3.2 no slash", to("../a"), "bad_target"},
      {"3.2 a query alone", to("?a"), "bad_target"},
  });
}

TEST(Rfc9112, section_3_2_2_the_absolute_form_wins_over_host) {
  check_requests({
      {"3.2.2", to("http://b.test:81/a?c", "a.test"), "GET /a?c @b.test:81 none keep"},
      {"3.2.2 https", to("https://b.test/a"), "GET /a @b.test none keep"},
      {"3.2.2 case", to("HTTP://b.test/a"), "GET /a @b.test none keep"},
      {"3986 6.2.3 empty path", to("http://b.test"), "GET / @b.test none keep"},
      {"3986 6.2.3 empty path", to("http://b.test?c"), "GET /?c @b.test none keep"},
      {"3.2.2 canonical as others", to("http://b.test//x/../a"), "GET /a @b.test none keep"},
      {"3.2 Host must be there all the same", "GET http://b.test/ HTTP/1.1\r\n\r\n", "bad_host"},
      {"3.2 and be valid", to("http://b.test/", "a@b"), "bad_host"},
      {"9110 4.2.4 user information", to("http://u:p@b.test/"), "bad_host"},
      {"9110 4.2.1 empty authority", to("http:///a"), "bad_host"},
      {"3.2.2 backslash", to("http://b.test\\a"), "bad_host"},
      {"3.2.2 another scheme", to("ftp://b.test/"), "bad_target"},
      {"3.2.2 another scheme", to("javascript://b.test/"), "bad_target"},
      {"3.2.2 one slash", to("http:/a"), "bad_target"},
      {"3.2.3 authority form", to("b.test:80"), "bad_target"},
  });
  check_forwarded_fields({
      {"3.2.2 the Host that came is replaced", to("http://b.test:81/a", "a.test"),
       "Host=b.test:81"},
      {"3.2.2 one that agrees stays", to("http://a.test/"), "Host=a.test"},
  });
}

TEST(Rfc9112, section_3_2_4_the_asterisk_form_is_for_options) {
  check_requests({
      {"3.2.4", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS * @a none keep"},
      {"3.2.4 as the last proxy", "OPTIONS http://b HTTP/1.1\r\nHost: a\r\n\r\n",
       "OPTIONS * @b none keep"},
      {"3.2.4 a path stays one", "OPTIONS http://b/ HTTP/1.1\r\nHost: a\r\n\r\n",
       "OPTIONS / @b none keep"},
      {"3.2.4", to("*"), "bad_target"},
      {"3.2.4", "OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n", "bad_target"},
  });
}

TEST(Rfc9112, section_3_2_there_is_exactly_one_host) {
  check_requests({
      {"3.2 MUST", "GET / HTTP/1.1\r\n\r\n", "bad_host"},
      {"3.2 MUST", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "bad_host"},
      {"3.2 MUST", "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", "bad_host"},
      {"3.2 1.0 may lack it", "GET / HTTP/1.0\r\n\r\n", "GET / @ none close 1.0"},
      {"3.2 1.0 may not have two", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", "bad_host"},
  });
}

TEST(Rfc9110, section_7_2_a_host_is_a_name_or_an_address) {
  for (const char* good : {"shop.test", "SHOP.test", "shop.test:8080", "shop.test:", "127.0.0.1",
                           "under_score.test", "shop.test.", "[::1]", "[::1]:80", "[::]",
                           "[1:2:3:4:5:6:7:8]", "[::ffff:1.2.3.4]", "[fe80::1]", "[1::8]"}) {
    check_requests({{"3986 3.2.2", host(good), "GET / @" + std::string(good) + " none keep"}});
  }
  for (const char* bad : {"",
                          "a@b",
                          "a?b",
                          "a\\b",
                          "<a>",
                          "a b",
                          "a:b",
                          "a:99999",
                          "a:+80",
                          "a:80:80",
                          "[::1",
                          "[::1]x",
                          "a/b",
                          "a,b c",
                          "a%00b",
                          "a%2eb",
                          "a#b",
                          "u:p@a",
                          ".",
                          ":80",
                          "[]",
                          "[:]",
                          "[:::]",
                          "[1]",
                          "[1:2:3:4:5:6:7]",
                          "[1:2:3:4:5:6:7:8:9]",
                          "[1::2::3]",
                          "[12345::]",
                          "[g::]",
                          "[1:]",
                          "[::1.2.3]",
                          "[::1.2.3.256]",
                          "[::01.2.3.4]",
                          "[fe80::1%25eth0]",
                          "[v1.a]",
                          "::1",
                          "a.test, b.test",
                          "\xc3\xa9.test"}) {
    check_requests({{"3986 3.2.2", host(bad), "bad_host"}});
  }
}

}  // namespace
}  // namespace gatehouse::conformance
