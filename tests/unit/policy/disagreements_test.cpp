#include "policy/disagreements.h"

#include <gtest/gtest.h>

#include "lib/policy.h"
#include "observe/secret_name.h"
#include "policy/policy_state.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

config::PluginUse in_shadow(const char* name) {
  config::PluginUse use;
  use.key = name;
  use.mode = config::PolicyMode::shadow;
  return use;
}

std::string header(const Disagreement& one, std::string_view name) {
  for (const auto& [key, value] : one.headers) {
    if (key == name) return value;
  }
  return "none";
}

TEST(Disagreements, keep_a_request_without_what_lets_somebody_in) {
  Policy policy(request_phase("x:deny(403)"), "{}", in_shadow("credentials"));
  policy.decides("POST /a?b=1&access_token=t&%74oken=t&flag",
                 "Authorization: Bearer abc.def\r\nCookie: sid=1; theme=dark\r\nX-Api-Key: k\r\n"
                 "Accept: text/html\r\nContent-Length: 3\r\n");
  const auto all = state_of_policy("credentials")->disagreements().all();
  ASSERT_EQ(all.size(), 1U);
  const Disagreement& one = all[0];
  EXPECT_EQ(one.method, "POST");
  EXPECT_EQ(one.url, "http://shop.test/a?b=1&access_token=redacted&%74oken=redacted&flag");
  EXPECT_EQ(one.ip, "198.51.100.1");
  EXPECT_EQ(header(one, "Authorization"), "Bearer redacted");
  EXPECT_EQ(header(one, "Cookie"), "sid=redacted; theme=redacted");
  EXPECT_EQ(header(one, "X-Api-Key"), "redacted");
  EXPECT_EQ(header(one, "Accept"), "text/html");
  EXPECT_EQ(header(one, "Content-Length"), "none");
  EXPECT_EQ(header(one, "Host"), "none");
  EXPECT_EQ(one.left_out,
            (std::vector<std::string>{"query access_token", "query %74oken", "header Authorization",
                                      "header Cookie", "header X-Api-Key", "body"}));
  EXPECT_EQ(one.status, 403);
  EXPECT_EQ(one.reason, "denied");
}

TEST(Disagreements, keep_the_latest_fifty_and_ten_a_second) {
  Policy policy(request_phase("x:deny(403)"), "{}", in_shadow("bounded"));
  for (int second = 0; second < 10; ++second) {
    for (int i = 0; i < 20; ++i)
      policy.decides("GET /" + std::to_string(second) + '/' + std::to_string(i));
    policy.services()->clock.advance(Micros(1'000'000));
    policy.services()->loop().turn(false);
  }
  const auto all = state_of_policy("bounded")->disagreements().all();
  ASSERT_EQ(all.size(), Disagreements::kMost);
  EXPECT_EQ(all.front().url, "http://shop.test/5/0");
  EXPECT_EQ(all.back().url, "http://shop.test/9/9");
  EXPECT_EQ(state_of_policy("bounded")->sum(&RunCounts::disagreed), 200U);
}

TEST(Disagreements, of_one_that_is_enforced_there_are_none) {
  config::PluginUse use;
  use.key = "enforced";
  Policy policy(request_phase("x:deny(403)"), "{}", use);
  policy.decides();
  EXPECT_TRUE(state_of_policy("enforced")->disagreements().all().empty());
}

TEST(SecretName, tells_credentials_by_their_names) {
  for (const auto* name : {"Authorization", "cookie", "X-Api-Key", "access_token", "code", "SID",
                           "X-Amz-Signature", "password", "client_secret", "x-csrf-token"})
    EXPECT_TRUE(observe::names_secret(name)) << name;
  for (const auto* name : {"Accept", "region", "encode", "Content-Type", "X-Forwarded-For", "page"})
    EXPECT_FALSE(observe::names_secret(name)) << name;
}

}  // namespace
}  // namespace gatehouse::policy
