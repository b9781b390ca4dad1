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

// A control at every place of the blocks that are looked at together, and in what is left of them.
TEST(ScanHead, finds_a_control_at_every_distance) {
  const HeadLimits limits;
  for (std::size_t size = 1; size < 70; ++size) {
    std::string text(size, '\xff');
    HeadScan clean;
    EXPECT_EQ(scan_head(text, limits, clean).status, Parse::Status::incomplete);
    EXPECT_EQ(clean.at, size);
    for (char c : {'\x00', '\x01', '\n', '\x1f', '\x7f'}) {
      HeadScan scan;
      const Parse parsed = scan_head(text + c + " behind", limits, scan);
      EXPECT_EQ(parsed.status, Parse::Status::invalid) << size << " " << int{c};
    }
    HeadScan tab;
    EXPECT_EQ(scan_head(text + "\t behind", limits, tab).status, Parse::Status::incomplete);
    HeadScan bare;
    EXPECT_EQ(scan_head(text + "\r behind", limits, bare).status, Parse::Status::invalid);
    HeadScan twice;
    EXPECT_EQ(scan_head(text + "\r\r\n", limits, twice).status, Parse::Status::invalid);
    HeadScan after;
    EXPECT_EQ(scan_head(text + "\r\n\n", limits, after).status, Parse::Status::invalid);
    HeadScan line;
    const Parse whole = scan_head(text + "\r\n\r\n\x01", limits, line);
    EXPECT_EQ(whole.status, Parse::Status::complete);
    EXPECT_EQ(line.at, size + 4);
  }
}

// The lines of all fields count with their CRLF, however the head arrives.
TEST(ScanHead, holds_the_limit_to_the_byte_whole_and_in_pieces) {
  const std::string text =
      "GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + std::string(80, 'b') + "\r\n\r\n";
  const auto all = static_cast<std::uint32_t>(text.size() - 18);
  for (std::uint32_t room : {all, all - 1, all - 2}) {
    const HeadLimits limits{.headers = room};
    HeadScan whole;
    HeadScan pieces;
    const Parse at_once = scan_head(text, limits, whole);
    static_cast<void>(scan_head(std::string_view(text).substr(0, text.size() - 4), limits, pieces));
    const Parse later = scan_head(text, limits, pieces);
    EXPECT_EQ(at_once.status, room == all ? Parse::Status::complete : Parse::Status::invalid)
        << room;
    EXPECT_EQ(later.status, at_once.status) << room;
    EXPECT_EQ(later.reason, at_once.reason) << room;
  }
}

}  // namespace
}  // namespace gatehouse::http::h1
