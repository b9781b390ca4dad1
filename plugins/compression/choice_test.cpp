#include "choice.h"

#include <gtest/gtest.h>

namespace compression {
namespace {

constexpr std::string_view kType = "text/html; charset=utf-8";

std::string chosen(const Facts& facts, const Config& config = {}) {
  const Choice choice = choose(config, facts);
  const std::string coding = !choice.coding ? "none" : *choice.coding == Coding::br ? "br" : "gzip";
  return coding + (choice.depends ? "" : ", whoever asks");
}

TEST(Choice, is_what_the_client_wants_most) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"gzip, deflate, br", "br"},
      {"gzip", "gzip"},
      {"br;q=0.4, gzip;q=0.5", "gzip"},
      {"gzip;q=1.0, br;q=1.000", "br"},
      {"br;q=0, *", "gzip"},
      {"*", "br"},
      {"*;q=0", "none"},
      {"", "none"},
      {"identity, gzip;q=0.5", "none"},
      {"identity;q=0.5, gzip", "gzip"},
      {"GZIP ; q=0.1", "gzip"},
      {"gzip;q=1.5", "none"},
      {"gzip;level=9", "none"},
      {"x-gzip-not, brr", "none"},
  };
  for (const auto& [accepts, coding] : cases)
    EXPECT_EQ(chosen({.accept_encoding = accepts, .content_type = kType}), coding) << accepts;
}

TEST(Choice, leaves_what_must_not_or_need_not_be_compressed) {
  const auto with = [](auto change) {
    Facts facts{.accept_encoding = "gzip", .content_type = kType};
    change(facts);
    return chosen(facts);
  };
  const std::string never = "none, whoever asks";
  for (const std::uint32_t status : {101U, 204U, 205U, 206U, 304U})
    EXPECT_EQ(with([&](Facts& f) { f.status = status; }), never) << status;
  EXPECT_EQ(with([](Facts& f) { f.status = 500; }), "gzip");
  EXPECT_EQ(with([](Facts& f) { f.content_type = "image/png"; }), never);
  EXPECT_EQ(with([](Facts& f) { f.content_type = ""; }), never);
  EXPECT_EQ(with([](Facts& f) { f.content_encoding = "br"; }), never);
  EXPECT_EQ(with([](Facts& f) { f.content_encoding = "identity"; }), "gzip");
  EXPECT_EQ(with([](Facts& f) { f.is_part = true; }), never);
  EXPECT_EQ(with([](Facts& f) { f.length = 1023; }), never);
  EXPECT_EQ(with([](Facts& f) { f.length = 1024; }), "gzip");
  EXPECT_EQ(with([](Facts& f) { f.cache_control = "max-age=1, No-Transform"; }), never);
  EXPECT_EQ(with([](Facts& f) { f.request_cache_control = "no-transform"; }), "none");
  EXPECT_EQ(with([](Facts& f) { f.method = "HEAD"; }), "none");
}

TEST(Choice, tells_no_page_of_others_how_long_a_secret_is) {
  struct Case {
    bool cookie, sets_cookie;
    std::string_view authorization, site, cache, coding;
  };
  const Case cases[] = {
      {false, false, "", "cross-site", "", "gzip"},
      {true, false, "", "", "", "none"},
      {true, false, "", "cross-site", "", "none"},
      {true, false, "", "same-site", "", "none"},
      {true, false, "", "same-origin", "", "gzip"},
      {true, false, "", "none", "", "gzip"},
      {true, false, "", "cross-site", "public, max-age=60", "gzip"},
      {true, false, "", "cross-site", "public, private", "none"},
      {false, true, "", "cross-site", "public", "none"},
      {false, true, "", "same-origin", "", "gzip"},
      {false, false, "Basic eDp5", "", "", "none"},
      {false, false, "Bearer x", "", "", "gzip"},
  };
  for (const auto& one : cases) {
    const Facts facts{.accept_encoding = "gzip",
                      .fetch_site = one.site,
                      .has_cookie = one.cookie,
                      .authorization = one.authorization,
                      .content_type = kType,
                      .cache_control = one.cache,
                      .sets_cookie = one.sets_cookie};
    EXPECT_EQ(chosen(facts), one.coding) << &one - cases;
  }
  Facts facts{.accept_encoding = "gzip", .fetch_site = "same-origin", .has_cookie = true};
  facts.content_type = kType;
  Config config;
  config.credentials = Credentials::never;
  EXPECT_EQ(chosen(facts, config), "none");
  config.credentials = Credentials::always;
  facts.fetch_site = "cross-site";
  EXPECT_EQ(chosen(facts, config), "gzip");
}

TEST(Type, may_be_any_of_a_family) {
  EXPECT_TRUE(takes_type("text/*", "text/css"));
  EXPECT_TRUE(takes_type("application/*+json", "application/problem+json; charset=utf-8"));
  EXPECT_TRUE(takes_type("application/json", "Application/JSON"));
  EXPECT_FALSE(takes_type("application/json", "application/jsonp"));
  EXPECT_FALSE(takes_type("text/*", "image/svg+xml"));
  EXPECT_FALSE(takes_type("application/*+json", "application/json"));
}

}  // namespace
}  // namespace compression
