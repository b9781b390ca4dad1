#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

using gatehouse::testing::Gateway;

TEST(Headers, changes_what_the_target_gets) {
  Gateway gateway;
  gateway.with("request.remove", "X-Debug");
  gateway.with("request.set", "acme", 0, "X-Tenant");
  gateway.with("request.add", "text/html", 0, "Accept");
  gateway.request("GET", "/", {{"x-debug", "1"}, {"X-Tenant", "other"}, {"Accept", "*/*"}});
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  EXPECT_EQ(gateway.upstream("X-Debug"), "");
  EXPECT_EQ(gateway.upstream("X-Tenant"), "acme");
  EXPECT_EQ(gateway.upstream("Accept"), "*/*");
}

TEST(Headers, changes_what_the_client_gets) {
  Gateway gateway;
  gateway.with("response.remove", "X-Powered-By");
  gateway.with("response.set", "DENY", 0, "X-Frame-Options");
  gateway.responds(200, {{"X-Powered-By", "PHP"}});
  EXPECT_EQ(gateway.run(GH_RESPONSE), "pass");
  EXPECT_EQ(gateway.response("X-Powered-By"), "");
  EXPECT_EQ(gateway.response("X-Frame-Options"), "DENY");
}
