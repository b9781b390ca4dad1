#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

#include "date.h"

namespace deprecation {
namespace {

using Gateway = gatehouse::testing::Gateway;

TEST(Date, is_read_and_written_as_the_standards_have_it) {
  // The examples of RFC 9745, section 2.1, and RFC 8594, section 3.
  EXPECT_EQ(parse_date("2023-06-30T23:59:59Z"), 1688169599);
  EXPECT_EQ(http_date(*parse_date("2018-12-31T23:59:59Z")), "Mon, 31 Dec 2018 23:59:59 GMT");
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2024-02-29"), 1709164800);
  EXPECT_EQ(http_date(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
  for (const auto* text : {"", "2023-02-29", "2023-13-01", "2023-1-1", "1969-12-31", "20230630",
                           "2023-06-30 00:00:00Z", "2023-06-30T24:00:00Z", "2023-06-30T00:00:00",
                           "2023-06-3x", "2023/06/30"})
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
}

TEST(Deprecation, says_since_when_until_when_and_what_else) {
  Gateway gateway;
  gateway.with("since", "2023-06-30T23:59:59Z");
  gateway.with("sunset", "2100-01-01");
  gateway.with("link", "https://docs.test/v1");
  gateway.with("successor", "/v2/");
  gateway.responds(200, {{"Link", "<a>; rel=next"}});
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  EXPECT_EQ(gateway.run(GH_RESPONSE), "pass");
  EXPECT_EQ(gateway.response("Deprecation"), "@1688169599");
  EXPECT_EQ(gateway.response("Sunset"), "Fri, 01 Jan 2100 00:00:00 GMT");
  EXPECT_EQ(gateway.response("Link"), "<a>; rel=next");  // the first
  EXPECT_EQ(
      gateway.explain(GH_RESPONSE).back(),
      "Link: <https://docs.test/v1>; rel=\"deprecation\", <https://docs.test/v1>; rel=\"sunset\", "
      "</v2/>; rel=\"successor-version\"");
}

TEST(Deprecation, is_gone_from_its_sunset_on_where_the_file_says_so) {
  constexpr std::int64_t kSecond = 1'000'000;
  for (const bool gone : {false, true}) {
    Gateway gateway;
    gateway.with("sunset", "2018-12-31T23:59:59Z");
    if (gone) gateway.with("after_sunset", "gone", 1);
    gateway.time_is(1'546'300'798 * kSecond);
    EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
    gateway.request("GET", "/");
    gateway.time_is(1'546'300'799 * kSecond);
    EXPECT_EQ(gateway.run(GH_REQUEST), gone ? "answer 410" : "pass");
  }
}

}  // namespace
}  // namespace deprecation
