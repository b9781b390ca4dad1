#include "upstream/group_cookie.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::upstream {
namespace {

const std::vector<std::string> kSecrets = {"a secret of sixteen bytes"};
const crypto::Seal kSeal(kSecrets, kGroupCookiePurpose);
constexpr std::uint64_t kNow = 1'700'000'000;

GroupCookie sent(const std::string& cookies) {
  test::Fed<http::RequestHead> fed;
  const std::string line = cookies.empty() ? "" : "Cookie: " + cookies + "\r\n";
  test::feed_request("GET / HTTP/1.1\r\nHost: a\r\n" + line + "\r\n", {}, {}, fed);
  EXPECT_TRUE(fed.complete());
  return {fed.head, kSeal};
}

std::string pair_of(const std::string& set_cookie) {
  return set_cookie.substr(0, set_cookie.find(';'));
}

TEST(GroupCookie, a_choice_comes_back_until_it_is_over) {
  GroupCookie cookie = sent("");
  EXPECT_FALSE(cookie.choice(1, kNow));
  cookie.choose({.rule = 1, .group = 7, .expires = kNow + 60});
  const GroupCookie again = sent("a=b; " + pair_of(cookie.set_cookie(kSeal, kNow, false)));
  ASSERT_TRUE(again.choice(1, kNow));
  EXPECT_EQ(again.choice(1, kNow)->group, 7U);
  EXPECT_TRUE(again.choice(1, kNow + 59));
  EXPECT_FALSE(again.choice(1, kNow + 60));
  EXPECT_FALSE(again.choice(2, kNow));
}

TEST(GroupCookie, several_rules_have_their_own_and_the_one_over_first_makes_room) {
  GroupCookie cookie = sent("");
  for (std::uint64_t rule = 1; rule <= 5; ++rule)
    cookie.choose({.rule = rule, .group = rule * 10, .expires = kNow + 100 - rule});
  EXPECT_EQ(cookie.choice(1, kNow)->group, 10U);
  EXPECT_FALSE(cookie.choice(4, kNow));
  EXPECT_EQ(cookie.choice(5, kNow)->group, 50U);
  cookie.choose({.rule = 1, .group = 11, .expires = kNow + 1});
  EXPECT_EQ(cookie.choice(1, kNow)->group, 11U);
}

TEST(GroupCookie, what_we_did_not_seal_counts_for_nothing) {
  for (const char* cookies : {"GATEHOUSETG=", "GATEHOUSETG=AAAA", "GATEHOUSETG=%41%41"})
    EXPECT_FALSE(sent(cookies).choice(0, kNow)) << cookies;
  const crypto::Seal other(kSecrets, "another purpose");
  EXPECT_FALSE(sent("GATEHOUSETG=" + other.close(std::string(96, 'x'))).choice(1, kNow));
  EXPECT_FALSE(sent("GATEHOUSETG=" + kSeal.close("short")).choice(1, kNow));
}

TEST(GroupCookie, the_twin_for_other_sites_will_do_too) {
  GroupCookie cookie = sent("");
  cookie.choose({.rule = 1, .group = 7, .expires = kNow + 60});
  const std::string twin = pair_of(cookie.set_cookie_cors(kSeal, kNow));
  EXPECT_EQ(sent(twin).choice(1, kNow)->group, 7U);
  EXPECT_EQ(sent("GATEHOUSETG=broken; " + twin).choice(1, kNow)->group, 7U);
}

TEST(GroupCookie, attributes_keep_it_from_scripts_and_from_the_open) {
  GroupCookie cookie = sent("");
  cookie.choose({.rule = 1, .group = 7, .expires = kNow + 3600});
  const auto attributes = [](const std::string& text) { return text.substr(text.find(';')); };
  EXPECT_EQ(attributes(cookie.set_cookie(kSeal, kNow, false)),
            "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
  EXPECT_EQ(attributes(cookie.set_cookie(kSeal, kNow, true)),
            "; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure");
  EXPECT_EQ(attributes(cookie.set_cookie_cors(kSeal, kNow)),
            "; Path=/; Max-Age=3600; HttpOnly; SameSite=None; Secure");
}

}  // namespace
}  // namespace gatehouse::upstream
