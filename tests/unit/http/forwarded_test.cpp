#include "http/forwarded.h"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

std::string_view client(std::string_view list) {
  return rightmost_untrusted(list, [](std::string_view ip) { return ip.starts_with("10."); });
}

TEST(Forwarded, the_client_is_the_rightmost_that_is_no_proxy_of_ours) {
  EXPECT_EQ(client("1.1.1.1, 2.2.2.2"), "2.2.2.2");
  EXPECT_EQ(client("1.1.1.1, 2.2.2.2, 10.0.0.1,10.0.0.2"), "2.2.2.2");
  EXPECT_EQ(client("2.2.2.2"), "2.2.2.2");
}

TEST(Forwarded, a_list_of_our_own_names_its_first) {
  EXPECT_EQ(client("10.0.0.1, 10.0.0.2"), "10.0.0.1");
}

TEST(Forwarded, ports_and_brackets_are_no_part_of_an_address) {
  EXPECT_EQ(client("1.1.1.1:8080"), "1.1.1.1");
  EXPECT_EQ(client("[2001:db8::1]:443"), "2001:db8::1");
  EXPECT_EQ(client("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(client("2001:db8::1"), "2001:db8::1");
}

TEST(Forwarded, nonsense_is_found_as_it_is_and_trusted_by_nobody) {
  EXPECT_EQ(client(""), "");
  EXPECT_EQ(client("1.1.1.1, "), "");
  EXPECT_EQ(client("1.1.1.1, unknown"), "unknown");
  EXPECT_EQ(client("[::1"), "::1");
  EXPECT_EQ(client("["), "");
}

}  // namespace
}  // namespace gatehouse::http
