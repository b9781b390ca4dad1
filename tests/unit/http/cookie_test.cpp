#include "http/cookie.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::http {
namespace {

std::string found(const std::string& lines, std::string_view name = "sid") {
  test::Fed<RequestHead> fed;
  test::feed_request("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n", {}, {}, fed);
  EXPECT_TRUE(fed.complete());
  return std::string(cookie(fed.head, name).value_or("(none)"));
}

TEST(Cookie, a_value_is_found_by_its_whole_name) {
  EXPECT_EQ(found("Cookie: sid=1\r\n"), "1");
  EXPECT_EQ(found("Cookie: a=b; sid=1; c=d\r\n"), "1");
  EXPECT_EQ(found("Cookie: xsid=2;sid=1\r\n"), "1");
  EXPECT_EQ(found("Cookie: sidx=2; sid=1\r\n"), "1");
  EXPECT_EQ(found("Cookie: sid=a=b==\r\n"), "a=b==");
  EXPECT_EQ(found("Cookie: sid=\r\n"), "");
  EXPECT_EQ(found("Cookie: a=b\r\nCookie: sid=1\r\n"), "1");
}

TEST(Cookie, what_is_no_such_cookie_is_not_found) {
  EXPECT_EQ(found(""), "(none)");
  EXPECT_EQ(found("Cookie: SID=1\r\n"), "(none)");
  EXPECT_EQ(found("Cookie: sid\r\n"), "(none)");
  EXPECT_EQ(found("Cookie: a=sid=1\r\n"), "(none)");
  EXPECT_EQ(found("Cookie: ;;\r\n"), "(none)");
  EXPECT_EQ(found("X-Cookie: sid=1\r\n"), "(none)");
}

}  // namespace
}  // namespace gatehouse::http
