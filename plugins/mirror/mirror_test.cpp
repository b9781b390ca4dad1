#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

namespace mirror {
namespace {

using gatehouse::testing::Gateway;

// What the copy would be; "": there is none.
std::string copied(Gateway& gateway, bool with_body = false) {
  gateway.run(GH_REQUEST);
  if (with_body) {
    gateway.run_body(GH_REQUEST_BODY, "hello ", false);
    gateway.run_body(GH_REQUEST_BODY, "world", true);
  }
  gateway.run(GH_LOG);
  return gateway.asked().empty() ? "" : gateway.asked().back();
}

TEST(Mirror, copies_a_request_without_its_secrets) {
  Gateway gateway;
  gateway.request("GET", "/x?y=z",
                  {{"Accept", "a/b"}, {"cookie", "s=1"}, {"Authorization", "Bearer t"}});
  EXPECT_EQ(copied(gateway), "GET /x?y=z\nX-Gatehouse-Mirror: 1\nAccept: a/b\n\n");
}

TEST(Mirror, copies_what_the_target_gets_and_not_what_the_client_sent) {
  Gateway gateway;
  gateway.request("GET", "/shop/x?y=z");
  gateway.rewrites("/x");
  EXPECT_EQ(copied(gateway), "GET /x?y=z\nX-Gatehouse-Mirror: 1\n\n");
}

TEST(Mirror, copies_a_body_that_is_not_too_long) {
  Gateway gateway;
  gateway.with("body", "", 11);
  gateway.request("POST", "/", {}, "hello world");
  EXPECT_EQ(copied(gateway, true), "POST /\nX-Gatehouse-Mirror: 1\n\nhello world");
}

TEST(Mirror, copies_no_body_that_is_too_long_nor_a_part_of_it) {
  Gateway gateway;
  gateway.with("body", "", 10);
  gateway.request("POST", "/", {}, "hello world");
  EXPECT_EQ(copied(gateway, true), "");
}

TEST(Mirror, copies_no_request_whose_body_did_not_come_to_its_end) {
  Gateway gateway;
  gateway.request("POST", "/", {}, "hello world");
  EXPECT_EQ(copied(gateway), "");
}

TEST(Mirror, copies_about_as_many_as_it_is_told_and_drops_what_is_too_much) {
  Gateway gateway;
  gateway.with("percent", "", 25);
  gateway.with("most", "", 10'000);
  for (int i = 0; i < 4000; ++i) {
    gateway.request("GET", "/");
    copied(gateway);
  }
  EXPECT_NEAR(static_cast<double>(gateway.asked().size()), 1000, 150);
}

TEST(Mirror, gives_up_what_is_under_way_when_its_step_ends) {
  Gateway gateway;
  gateway.request("GET", "/");
  copied(gateway);
  EXPECT_EQ(gateway.under_way(), 1U);
  gateway.stops();
  EXPECT_EQ(gateway.under_way(), 0U);
}

TEST(Mirror, has_only_so_many_under_way) {
  Gateway gateway;
  gateway.with("most", "", 3);
  for (int i = 0; i < 10; ++i) {
    gateway.request("GET", "/");
    copied(gateway);
  }
  EXPECT_EQ(gateway.asked().size(), 3U);
}

}  // namespace
}  // namespace mirror
