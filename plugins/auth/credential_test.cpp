#include "credential.h"

#include <gtest/gtest.h>

#include <string>

namespace auth {
namespace {

std::string found(std::vector<Line> headers, std::string_view query = "",
                  std::vector<From> from = {From::bearer}, bool is_upgrade = false) {
  JwtConfig config;
  config.from = std::move(from);
  const Credential credential = find_credential(headers, query, is_upgrade, config);
  switch (credential.kind) {
    case Credential::Kind::absent:
      return "absent";
    case Credential::Kind::malformed:
      return "malformed";
    case Credential::Kind::several:
      return "several";
    default:
      return std::string(credential.token);
  }
}
std::string bearer(std::string_view value) {
  return found({{"Host", "a"}, {"Authorization", value}});
}

struct Row {
  std::string_view value;
  std::string_view result;
};

TEST(Credential, a_character_that_is_none_of_a_token_is_seen_wherever_it_stands) {
  constexpr std::string_view kGood =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
  for (const std::size_t at : {0, 1, 14, 15, 16, 31, 32, 38}) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string token(40, 'a');
      token[at] = static_cast<char>(byte);
      const bool good = kGood.find(token[at]) != std::string_view::npos;
      const std::string seen = token[at] == ',' ? "several" : good ? token : "malformed";
      EXPECT_EQ(bearer("Bearer " + token), seen) << byte << " at " << at;
    }
  }
}

TEST(auth, H07_one_scheme_one_space_one_token) {
  const Row kRows[] = {
      {"Bearer a.b.c", "a.b.c"},
      {"bearer a.b.c", "a.b.c"},
      {"BEARER a-._~+/0==", "a-._~+/0=="},
      {"Bearer  a.b.c", "malformed"},
      {"Bearer\ta.b.c", "malformed"},
      {"Bearer", "malformed"},
      {"Bearer ", "malformed"},
      {"Bearer =", "malformed"},
      {"Bearer a b", "malformed"},
      {"Bearer \"a\"", "malformed"},
      {"Bearer a=b", "malformed"},
      {"Bearer a\x80", "malformed"},
      {"Basic YTpi", "absent"},
      {"", "absent"},
      {"Bearers a", "absent"},
      {"Bearer: a", "absent"},
  };
  for (const auto& row : kRows) EXPECT_EQ(bearer(row.value), row.result) << row.value;
}

TEST(auth, H06_a_request_has_one_credential) {
  EXPECT_EQ(bearer("Bearer a, Bearer b"), "several");
  EXPECT_EQ(bearer("Bearer,a"), "several");
  EXPECT_EQ(found({{"authorization", "Bearer a"}, {"Authorization", "Bearer a"}}), "several");
  EXPECT_EQ(found({{"authorization", "Bearer a"}, {"Authorization", "Basic b"}}), "several");
  for (const std::string_view disguise :
       {"_Authorization", "Authorization_", "Author_ization", "Authorization.", "-authorization"}) {
    EXPECT_EQ(found({{"Authorization", "Bearer a"}, {disguise, "Bearer b"}}), "several")
        << disguise;
    EXPECT_EQ(found({{disguise, "Bearer b"}}), "several") << disguise;
  }
  EXPECT_EQ(found({{"Authorization", "Bearer a"}, {"X-Authorization", "Bearer b"}}), "a");
  EXPECT_EQ(found({{"Authorization", "Bearer a"}}, "x=1&access_token=b"), "several");
  EXPECT_EQ(found({{"Authorization", "Bearer a"}}, "access_token"), "several");
  EXPECT_EQ(found({{"Authorization", "Bearer a"}}, "access_tokens=b&x=access_token"), "a");
  EXPECT_EQ(found({}, "access_token=b"), "absent");
}

TEST(Credential, the_query_counts_for_an_upgrade_and_where_the_file_says_so) {
  const std::vector<From> both = {From::bearer, From::query};
  EXPECT_EQ(found({}, "access_token=a", {From::bearer}, true), "absent");
  EXPECT_EQ(found({}, "access_token=a", both, false), "absent");
  EXPECT_EQ(found({}, "access_token=a", both, true), "a");
  EXPECT_EQ(found({}, "x=1&access%5Ftoken=a.b&y", both, true), "a.b");
  EXPECT_EQ(found({}, "access_token=a&access_token=a", both, true), "several");
  EXPECT_EQ(found({}, "access_token=", both, true), "malformed");
  EXPECT_EQ(found({}, "access_token", both, true), "malformed");
  EXPECT_EQ(found({}, "access_token=%61", both, true), "malformed");
  EXPECT_EQ(found({}, "Access_token=a&access_tokens=b&%zz=c&access%5", both, true), "absent");
  EXPECT_EQ(found({{"Authorization", "Bearer b"}}, "access_token=a", both, true), "several");
  EXPECT_EQ(found({{"Authorization", "Bearer b"}}, "access_token=a", both, false), "several");
  EXPECT_EQ(found({{"Authorization", "Bearer b"}}, "access%5ftoken=a"), "several");
}

TEST(Credential, a_cookie_counts_where_the_file_says_so) {
  const std::vector<From> both = {From::bearer, From::cookie};
  EXPECT_EQ(found({{"Cookie", "access_token=a"}}), "absent");
  EXPECT_EQ(found({{"Cookie", "x=1; access_token=a; y=2"}}, "", both), "a");
  EXPECT_EQ(found({{"cookie", "x=1"}, {"Cookie", "access_token=a"}}, "", both), "a");
  EXPECT_EQ(found({{"Cookie", "access_token=a; access_token=b"}}, "", both), "several");
  EXPECT_EQ(found({{"Cookie", "access_token=a"}, {"Authorization", "Bearer b"}}, "", both),
            "several");
  EXPECT_EQ(found({{"Cookie", "Access_Token=a; xaccess_token=b; access_token"}}, "", both),
            "absent");
  EXPECT_EQ(found({{"Cookie", "access_token=\"a\""}}, "", both), "malformed");
  EXPECT_EQ(found({{"Cookie", "access_token="}}, "", both), "malformed");
}

}  // namespace
}  // namespace auth
