#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

#include "key_file.h"

namespace api_key {
namespace {

using gatehouse::testing::Gateway;

// Of "sesame".
const std::string kDigest = "d0c04f4b1951e4aeaaec8223ed2039e542f3aae805a6fa7f6d794e5afff5d272";

TEST(KeyFile, says_which_line_is_wrong) {
  const std::pair<std::string, std::size_t> cases[] = {
      {"shop", 1},
      {"shop sesame", 1},
      {"\n# x\nshop " + kDigest.substr(1), 3},
      {"shop " + kDigest + " a,b c", 1},
      {"shop " + kDigest + "\nbill sha256:" + kDigest, 2},
  };
  for (const auto& [text, line] : cases) {
    const KeyFile file(text);
    ASSERT_TRUE(file.flaw()) << text;
    EXPECT_EQ(file.flaw()->line, line) << text;
  }
}

class ApiKey : public ::testing::Test {
 protected:
  ApiKey() {
    gateway.with("keys", "# programs\nshop sha256:" + kDigest + " orders,bills # since May\n");
  }
  std::string asks(const std::string& name, const std::string& value) {
    gateway.request("GET", "/", {{name, value}});
    return gateway.run(GH_REQUEST);
  }
  Gateway gateway;
};

TEST_F(ApiKey, lets_in_who_has_a_key_and_keeps_it_to_itself) {
  EXPECT_EQ(asks("x-api-key", "sesame"), "pass");
  EXPECT_EQ(gateway.identity(), "shop");
  EXPECT_EQ(gateway.upstream("X-API-Key"), "");
}

TEST_F(ApiKey, passes_it_on_where_it_is_told) {
  gateway.with("pass_on", "", 1);
  EXPECT_EQ(asks("X-API-Key", "sesame"), "pass");
  EXPECT_EQ(gateway.upstream("X-API-Key"), "sesame");
}

TEST_F(ApiKey, refuses_others) {
  gateway.request("GET", "/");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 401");
  EXPECT_EQ(gateway.answer().reason, "not_authenticated");
  for (const auto* key : {"", "sesam", "sesame2", "SESAME"}) {
    EXPECT_EQ(asks("X-API-Key", key), "answer 401") << key;
    EXPECT_EQ(gateway.answer().reason, "credential_refused");
  }
  EXPECT_EQ(asks("X-API-Key", kDigest), "answer 401");
  gateway.request("GET", "/", {{"X-API-Key", "sesame"}, {"X-API-Key", "sesame"}});
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 400");
}

TEST_F(ApiKey, wants_one_of_the_roles) {
  gateway.with("roles", "bills");
  EXPECT_EQ(asks("X-API-Key", "sesame"), "pass");
  gateway.with("roles", "users");
  EXPECT_EQ(asks("X-API-Key", "sesame"), "pass");
}

TEST_F(ApiKey, refuses_a_key_without_the_role) {
  gateway.with("roles", "users");
  EXPECT_EQ(asks("X-API-Key", "sesame"), "answer 403");
}

TEST_F(ApiKey, may_stand_in_the_query_where_the_file_says_so) {
  gateway.with("query", "key");
  gateway.request("GET", "/x?a=b&key=sesame&c");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  for (const auto* target : {"/x?key=", "/x?key", "/x?keys=sesame", "/x?a=key=sesame"}) {
    gateway.request("GET", target);
    EXPECT_EQ(gateway.run(GH_REQUEST), "answer 401") << target;
  }
  gateway.request("GET", "/x?key=sesame", {{"X-API-Key", "sesame"}});
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 400");
}

TEST_F(ApiKey, may_be_escaped_in_the_query) {
  gateway.with("query", "key");
  for (const auto* target : {"/x?key=%73esame", "/x?k%65y=sesame", "/x?key=ses%61me"}) {
    gateway.request("GET", target);
    EXPECT_EQ(gateway.run(GH_REQUEST), "pass") << target;
  }
  for (const auto* target : {"/x?key=sesame%", "/x?key=%ses", "/x?key=sesame&k%65y=sesame"}) {
    gateway.request("GET", target);
    EXPECT_NE(gateway.run(GH_REQUEST), "pass") << target;
  }
}

TEST_F(ApiKey, may_be_a_bearer_token) {
  gateway.with("header", "Authorization");
  EXPECT_EQ(asks("Authorization", "Bearer sesame"), "pass");
  EXPECT_EQ(asks("Authorization", "sesame"), "answer 401");
  EXPECT_EQ(gateway.answer().headers[0].second, "Bearer");
}

}  // namespace
}  // namespace api_key
