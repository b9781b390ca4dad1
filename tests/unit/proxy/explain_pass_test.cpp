#include "proxy/explain_pass.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::proxy {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
const crypto::Signer kSigner(std::vector<std::string>{"a secret of the gateway"}, "test");

// Whether a pass for one request, good for `seconds` from now on, is good for another.
bool passes(const std::string& signed_head, const std::string& head, std::int64_t seconds = 300) {
  test::Fed<http::RequestHead> one;
  test::Fed<http::RequestHead> other;
  test::feed_request(signed_head + "\r\n\r\n", {}, {}, one);
  test::feed_request(head + "\r\n\r\n", {}, {}, other);
  EXPECT_TRUE(one.complete() && other.complete());
  return pass_is_good(explain_pass(kSigner, one.head, kNow + seconds), kSigner, other.head, kNow);
}

struct Row {
  const char* head;
  bool good;
};

TEST(ExplainPass, is_good_for_requests_that_are_routed_alike) {
  const std::string asked = "GET /a/b?c=d HTTP/1.1\r\nHost: a.test";
  const Row rows[] = {
      {"GET /a/b?c=d HTTP/1.1\r\nHost: a.test", true},
      {"GET /a/b?c=d HTTP/1.1\r\nHost: A.test:8080", true},
      {"GET /a/./%62?c=d HTTP/1.1\r\nHost: a.test\r\nX-Other: 1", true},
      {"HEAD /a/b?c=d HTTP/1.1\r\nHost: a.test", false},
      {"GET /a/B?c=d HTTP/1.1\r\nHost: a.test", false},
      {"GET /a/b?c=D HTTP/1.1\r\nHost: a.test", false},
      {"GET /a/b? HTTP/1.1\r\nHost: a.test", false},
      {"GET /a/b HTTP/1.1\r\nHost: a.test", false},
      {"GET /a/b?c=d HTTP/1.1\r\nHost: b.test", false},
  };
  for (const auto& row : rows) EXPECT_EQ(passes(asked, row.head), row.good) << row.head;
}

TEST(ExplainPass, an_empty_query_is_another_request_than_none) {
  EXPECT_FALSE(passes("GET /a HTTP/1.1\r\nHost: a", "GET /a? HTTP/1.1\r\nHost: a"));
}

TEST(ExplainPass, is_good_until_its_time_is_over_and_never_for_long) {
  const std::string head = "GET / HTTP/1.1\r\nHost: a.test";
  EXPECT_TRUE(passes(head, head, 1));
  EXPECT_TRUE(passes(head, head, kLongestPass));
  EXPECT_FALSE(passes(head, head, 0));
  EXPECT_FALSE(passes(head, head, -1));
  EXPECT_FALSE(passes(head, head, kLongestPass + 1));
}

}  // namespace
}  // namespace gatehouse::proxy
