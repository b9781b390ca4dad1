#include "jwt_method.h"

#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "keys.h"

namespace auth {
namespace {

namespace jose = gatehouse::crypto::jose;
using gatehouse::crypto::base64url;

constexpr std::string_view kSecret = "the secret of these tests, 40 bytes long";
constexpr std::string_view kOther = "another secret of these tests, long enough";
constexpr std::int64_t kNow = 1'700'000'000;

std::string token(std::string_view payload, std::string_view secret = kSecret) {
  jose::SignatureOf key(*jose::Key::from_secret(secret));
  const std::string text = base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + base64url(payload);
  return text + "." + base64url(*key.sign(Algorithm::HS256, text));
}
const std::string kAnn =
    token(R"({"user_id":"ann","email":"ann@example.com","role":"admin","exp":1700003600})");

struct Gate {
  explicit Gate(Config with = {}) : config(with_secret(std::move(with))) {
    ring.replace_fetched(keys_of(*config.jwt, [](const auto&, const auto&) {}));
  }
  static Config with_secret(Config config) {
    config.jwt.emplace().secret = {{std::string(kSecret)}};
    return config;
  }
  // "ID ROLES", or the reason.
  std::string decide(std::string_view text, std::int64_t now = kNow) {
    const auto outcome = method.decide(text, now);
    cached = outcome.from_cache;
    if (!outcome.session) return std::string(outcome.reason);
    minted = outcome.session->minted;
    return std::string(outcome.session->id) + " " + std::string(outcome.session->roles) +
           (outcome.session->may_pass ? "" : " forbidden");
  }
  Config config;
  KeyRing ring{{}};
  JwtMethod method{config, ring};
  bool cached = false;
  std::string minted;
};

TEST(JwtMethod, a_token_is_known_from_its_second_request_on) {
  Gate gate;
  EXPECT_EQ(gate.decide(kAnn), "ann admin");
  EXPECT_FALSE(gate.cached);
  EXPECT_EQ(gate.decide(kAnn), "ann admin");
  EXPECT_TRUE(gate.cached);
}

TEST(JwtMethod, a_known_token_dies_when_it_would_have) {
  Gate gate;
  const std::string brief = token(R"({"sub":"ann","exp":1700000010})");
  EXPECT_EQ(gate.decide(brief), "ann user");
  EXPECT_EQ(gate.decide(brief, kNow + 39), "ann user");
  EXPECT_EQ(gate.decide(brief, kNow + 40), "token_expired");
}

TEST(JwtMethod, a_refusal_is_known_for_ten_seconds) {
  Gate gate;
  const std::string early = token(R"({"sub":"ann","exp":1700003600,"nbf":1700000035})");
  EXPECT_EQ(gate.decide(early), "token_not_yet_valid");
  EXPECT_EQ(gate.decide(early, kNow + 9), "token_not_yet_valid");
  EXPECT_TRUE(gate.cached);
  EXPECT_EQ(gate.decide(early, kNow + 10), "ann user");
}

TEST(auth, J33_a_rotation_forgets_what_was_verified_and_what_was_refused) {
  Gate gate;
  const std::string of_other = token(R"({"sub":"bob","exp":1700003600})", kOther);
  EXPECT_EQ(gate.decide(kAnn), "ann admin");
  EXPECT_EQ(gate.decide(of_other), "token_bad_signature");
  gate.ring.replace_fetched({*jose::Key::from_secret(kOther)});
  EXPECT_EQ(gate.decide(kAnn), "token_bad_signature");
  EXPECT_EQ(gate.decide(of_other), "bob user");
}

TEST(auth, J33_two_routes_do_not_share_what_they_know) {
  Config strict;
  strict.require = Require{{"owner"}, {}};
  Gate lax;
  Gate other(strict);
  EXPECT_EQ(lax.decide(kAnn), "ann admin");
  EXPECT_EQ(other.decide(kAnn), "ann admin forbidden");
  EXPECT_EQ(other.decide(kAnn), "ann admin forbidden");
  EXPECT_TRUE(other.cached);
}

TEST(JwtMethod, refusals_have_the_words_of_the_log) {
  Gate gate;
  EXPECT_EQ(gate.decide("x"), "token_not_three_parts");
  EXPECT_EQ(gate.decide(token(R"({"exp":1700003600})")), "token_no_user");
  EXPECT_EQ(gate.decide(token(R"({"sub":"a\nb","exp":1700003600})")), "claim_not_representable");
  EXPECT_EQ(gate.decide(std::string(100'000, '.')), "token_too_large");
}

TEST(JwtMethod, a_ring_without_keys_lets_nobody_pass) {
  Gate gate;
  gate.ring.replace_fetched({});
  EXPECT_EQ(gate.decide(kAnn), "token_algorithm_refused");
}

TEST(Minter, the_target_gets_a_token_of_its_own_that_lives_no_longer_than_the_session) {
  Config config;
  config.mint.emplace().secret = {std::string(kOther)};
  Gate gate(config);
  EXPECT_EQ(gate.decide(kAnn), "ann admin");
  const std::string first = gate.minted;
  jose::Verifier target({*jose::Key::from_secret(kOther)}, {});
  const auto verified = target.verify(first, kNow);
  ASSERT_TRUE(verified);
  const auto text = [&](std::string_view name) {
    return std::string(verified->claims->find(name)->text);
  };
  EXPECT_EQ(text("sub") + text("user_id") + text("email") + text("role"),
            "annannann@example.comadmin");
  EXPECT_EQ(text("iat"), std::to_string(kNow - 5));
  EXPECT_EQ(text("exp"), std::to_string(kNow + 600));
  EXPECT_FALSE(text("jti").empty());
  EXPECT_EQ(verified->claims->find("aud"), nullptr);

  EXPECT_EQ(gate.decide(kAnn, kNow + 299), "ann admin");
  EXPECT_EQ(gate.minted, first);
  EXPECT_EQ(gate.decide(kAnn, kNow + 481), "ann admin");
  EXPECT_NE(gate.minted, first);

  const std::string brief = token(R"({"sub":"b\"\\b","exp":1700000060})");
  EXPECT_EQ(gate.decide(brief), "b\"\\b user");
  ASSERT_TRUE(target.verify(gate.minted, kNow));
  EXPECT_EQ(target.verify(gate.minted, kNow)->times.expires, kNow + 60);
  EXPECT_EQ(target.verify(gate.minted, kNow)->claims->find("sub")->text, "b\"\\b");
}

}  // namespace
}  // namespace auth
