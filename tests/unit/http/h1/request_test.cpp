#include "http/h1/request.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::http::h1 {
namespace {

TEST(Request, views_point_into_the_input_when_nothing_changes) {
  const std::string_view in = "GET /a/b;c?d HTTP/1.1\r\nHost: a.test:80\r\n\r\nbody";
  test::SmallArena memory;
  RequestHead head;
  HeadScan scan;
  ASSERT_EQ(parse_request(in, {}, memory.arena, head, scan).status, Parse::Status::complete);
  EXPECT_EQ(head.size, in.size() - 4);
  EXPECT_EQ(head.path.data(), in.data() + 4);
  EXPECT_EQ(head.raw_path.data(), head.path.data());
  EXPECT_EQ(head.match_path, "/a/b");
  EXPECT_EQ(head.host_name, "a.test");
}

TEST(Request, one_empty_line_in_front_counts_as_part_of_the_head) {
  test::Fed<RequestHead> fed;
  test::feed_request("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", {}, {}, fed);
  EXPECT_EQ(fed.head.size, 29u);
}

TEST(Request, a_head_that_comes_in_pieces_is_scanned_once) {
  const std::string in = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(4000, 'x');
  test::SmallArena memory;
  RequestHead head;
  HeadScan scan;
  ASSERT_EQ(parse_request(in, {}, memory.arena, head, scan).status, Parse::Status::incomplete);
  EXPECT_EQ(scan.at, in.size());
}

TEST(Request, several_lines_of_cookie_are_one) {
  const auto fields_of = [](const std::string& lines) {
    test::Fed<RequestHead> fed;
    test::feed_request("GET / HTTP/1.1\r\n" + lines + "\r\n", {}, {}, fed);
    std::string out;
    for (const Field& field : fed.head.fields())
      out.append(field.start, field.line_size - 2).append("|");
    return out;
  };
  EXPECT_EQ(fields_of("cookie: a=1\r\nHost: a\r\nCOOKIE:  b=2; c=3 \r\nX: y\r\nCookie: d=4\r\n"),
            "Cookie: a=1; b=2; c=3; d=4|Host: a|X: y|");
  EXPECT_EQ(fields_of("Host: a\r\nCookie: \r\nCookie: a=1\r\n"), "Host: a|Cookie: a=1|");
  EXPECT_EQ(fields_of("Host: a\r\nCookie:\r\nCookie:\r\n"), "Host: a|Cookie: |");
  EXPECT_EQ(fields_of("Host: a\r\ncookie:a=1\r\nX: y\r\n"), "Host: a|cookie:a=1|X: y|");
}

TEST(Request, a_bad_request_line_is_refused_before_the_rest_is_there) {
  test::Fed<RequestHead> fed;
  test::feed_request("SSH-2.0-OpenSSH_9.2\r\n", {}, {}, fed);
  EXPECT_EQ(fed.parse.reason, Reason::bad_request_line);
}

TEST(Request, the_default_limits_are_those_of_routes_yaml) {
  const HeadLimits limits;
  EXPECT_EQ(limits.request_line, 8192u);
  EXPECT_EQ(limits.headers, 32768u);
  EXPECT_EQ(limits.header_count, 100u);
}

}  // namespace
}  // namespace gatehouse::http::h1
