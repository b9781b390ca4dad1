#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

#include "credential.h"

namespace basic_auth {
namespace {

using gatehouse::testing::Gateway;

TEST(Credential, is_read_as_it_was_meant_or_not_at_all) {
  const struct {
    std::string_view field;
    Reading reading;
    std::string_view name, password;
  } cases[] = {
      {"Basic YW5uOng6eQ==", Reading::good, "ann", "x:y"},
      {"basic  YW5uOng6eQ", Reading::good, "ann", "x:y"},
      {"Basic Og==", Reading::good, "", ""},
      {"Bearer YW5uOng6eQ==", Reading::absent, "", ""},
      {"", Reading::absent, "", ""},
      {"Basic", Reading::malformed, "", ""},
      {"Basic YW5u", Reading::malformed, "", ""},          // no colon
      {"Basic YW5uOng6eQ=", Reading::malformed, "", ""},   // half of the padding
      {"Basic YW5uOng6eR==", Reading::malformed, "", ""},  // bits behind the end
      {"Basic YW5u Ong6eQ==", Reading::malformed, "", ""},
      {"Basic YQBiOmM=", Reading::malformed, "", ""},  // NUL
      {"Basic YQpiOmM=", Reading::malformed, "", ""},  // a line's end
  };
  for (const auto& one : cases) {
    Credential got;
    EXPECT_EQ(read_credential(one.field, got), one.reading) << one.field;
    EXPECT_EQ(got.name, one.name) << one.field;
    EXPECT_EQ(got.password, one.password) << one.field;
  }
}

// The file says "correct horse" of ann.
class BasicAuth : public ::testing::Test {
 protected:
  BasicAuth() {
    gateway.with("users", "ann:$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e");
  }
  std::string asks(const std::string& field) {
    gateway.request("GET", "/", {{"Authorization", field}});
    return gateway.run(GH_REQUEST);
  }
  Gateway gateway;
};

TEST_F(BasicAuth, lets_in_who_knows_the_password_and_keeps_it_to_itself) {
  EXPECT_EQ(asks("Basic YW5uOmNvcnJlY3QgaG9yc2U="), "pass");
  EXPECT_EQ(gateway.identity(), "ann");
  EXPECT_EQ(gateway.upstream("Authorization"), "");
  EXPECT_EQ(asks("Basic YW5uOmNvcnJlY3QgaG9yc2U="), "pass");  // remembered
}

TEST_F(BasicAuth, asks_everybody_else) {
  gateway.request("GET", "/");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 401");
  EXPECT_EQ(gateway.answer().headers[0].second, "Basic realm=\"restricted\", charset=\"UTF-8\"");
  EXPECT_EQ(asks("Basic YW5uOndyb25n"), "answer 401");
  EXPECT_EQ(gateway.answer().reason, "credential_refused");
  EXPECT_EQ(asks("Basic " + std::string("YW5uOnh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eH"
                                        "h4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg=")),
            "answer 401");
  EXPECT_EQ(asks("Basic ?"), "answer 400");
}

TEST_F(BasicAuth, takes_no_two_credentials) {
  gateway.request("GET", "/",
                  {{"Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U="},
                   {"Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U="}});
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 400");
}

}  // namespace
}  // namespace basic_auth
