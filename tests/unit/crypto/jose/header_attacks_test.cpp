// Rows of the table of attacks that a token's form and header must not survive.
#include <gtest/gtest.h>

#include <chrono>

#include "unit/crypto/jose/tokens.h"

namespace gatehouse::crypto::jose {
namespace {

using test::encoded;
using test::hmac_token;

struct Row {
  std::string text;
  std::string_view verdict;
};

std::string good_token() { return hmac_token(kSecret, kHeader, kPayload); }

TEST(auth, J00_a_good_token_is_accepted) {
  EXPECT_EQ(verdict(of_secret(), good_token()), "accepted");
  // PyJWT 2.6 and jsonwebtoken 9 make these very bytes.
  EXPECT_EQ(
      encoded(kHeader) + "." +
          encoded(
              R"({"user_id":"user123","email":"ann@example.com","role":"admin","iat":1700000000,"exp":1700604800})"),
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
      "eyJ1c2VyX2lkIjoidXNlcjEyMyIsImVtYWlsIjoiYW5uQGV4YW1wbGUuY29tIiwicm9sZSI6ImFkbWluIiwiaWF0Ijox"
      "NzAwMDAwMDAwLCJleHAiOjE3"
      "MDA2MDQ4MDB9");
}

TEST(auth, J01_none_is_no_algorithm) {
  for (const std::string_view alg : {"none", "None", "nOnE", "NONE", "", "hs256", "HS256 ", "HS257",
                                     "HS1", "RS1", "ES256K", "HS256/64", "EdDSA\\u0000"}) {
    const std::string header = R"({"alg":")" + std::string(alg) + "\"}";
    EXPECT_EQ(of_header(header), "algorithm_refused") << alg;
    EXPECT_EQ(verdict(of_secret(), encoded(header) + "." + encoded(kPayload) + "."),
              "algorithm_refused");
  }
  for (const std::string_view header :
       {"{}", R"({"alg":null})", R"({"alg":["HS256"]})", R"({"alg":1})", R"({"ALG":"HS256"})"}) {
    EXPECT_EQ(of_header(header), "algorithm_refused") << header;
  }
  const std::string unsigned_token = encoded(kHeader) + "." + encoded(kPayload) + ".";
  EXPECT_EQ(verdict(of_secret(), unsigned_token), "bad_signature");
  EXPECT_EQ(verdict(of_secret(), unsigned_token.substr(0, unsigned_token.size() - 1)),
            "not_three_parts");
}

TEST(auth, J07_kid_is_a_short_word_and_names_nothing_but_a_key) {
  const Row kRows[] = {
      {R"("a-1_b.c/d+e=")", "accepted"},  // a secret has no kid that it could contradict
      {R"("../../dev/null")", "accepted"},
      {R"("' OR 1=1")", "kid_refused"},
      {R"("a\u0000b")", "kid_refused"},
      {R"("a\nb")", "kid_refused"},
      {R"("é")", "kid_refused"},
      {R"("")", "kid_refused"},
      {"1", "kid_refused"},
      {"null", "kid_refused"},
      {R"(["a"])", "kid_refused"},
      {"\"" + std::string(256, 'k') + "\"", "accepted"},
      {"\"" + std::string(257, 'k') + "\"", "kid_refused"},
      {"\"" + std::string(10'000, 'k') + "\"", "too_large"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(of_header(R"({"alg":"HS256","kid":)" + row.text + "}"), row.verdict) << row.text;
  }
  // With keys that have a kid it is compared, and nothing else is done with it.
  std::string set = R"({"keys":[{"kty":"oct","kid":"one","k":")" + encoded(kSecret) + "\"}]}";
  const auto keys = *read_key_set(set, {Algorithm::HS256}, true);
  for (const std::string_view kid : {"../../dev/null", "One", "one/", "http://169.254.169.254/"}) {
    const auto token =
        hmac_token(kSecret, R"({"alg":"HS256","kid":")" + std::string(kid) + "\"}", kPayload);
    EXPECT_EQ(verdict(of_keys(keys.keys), token), "unknown_key") << kid;
  }
  EXPECT_EQ(
      verdict(of_keys(keys.keys), hmac_token(kSecret, R"({"alg":"HS256","kid":"one"})", kPayload)),
      "accepted");
  EXPECT_EQ(verdict(of_keys(keys.keys), good_token()),
            "accepted");  // the only one of its algorithm
}

TEST(auth, J08_crit_J09_b64_J25_zip_are_refused_whatever_they_say) {
  for (const std::string_view member :
       {R"("crit":["x"])", R"("crit":[])", R"("crit":["exp"])", R"("crit":null)", R"("b64":false)",
        R"("b64":true)", R"("b64":false,"crit":["b64"])", R"("zip":"DEF")", R"("enc":"A256GCM")",
        R"("cty":"JWT")", R"("cty":"jwt")", R"("cty":"application/jwt")", R"("cty":1)",
        R"("typ":1)"}) {
    EXPECT_EQ(of_header(R"({"alg":"HS256",)" + std::string(member) + "}"), "header_refused")
        << member;
  }
}

TEST(auth, J10_a_duplicate_member_is_refused_in_header_and_payload) {
  for (const std::string_view header :
       {R"({"alg":"HS256","alg":"HS256"})", R"({"alg":"none","alg":"HS256"})",
        R"({"alg":"HS256","\u0061lg":"none"})", R"({"alg":"HS256","x":{"y":1,"y":2}})"}) {
    EXPECT_EQ(of_header(header), "duplicate_member") << header;
  }
  for (const std::string_view members :
       {R"("sub":"a","sub":"b")", R"("exp":1700003600)", R"("role":"user","r\u006fle":"admin")",
        R"("realm_access":{"roles":[],"roles":["admin"]})"}) {
    EXPECT_EQ(of_payload(R"({"exp":1700003600,)" + std::string(members) + "}"), "duplicate_member")
        << members;
  }
}

TEST(auth, J11_each_token_has_one_text_only) {
  const std::string good = good_token();
  const std::size_t dot = good.find('.');
  const auto with = [&](std::size_t at, std::string_view text) {
    return std::string(good).insert(at, text);
  };
  const Row kRows[] = {
      {with(good.size(), "="), "bad_base64"},
      {with(good.size(), "\n"), "bad_base64"},
      {with(good.size(), " "), "bad_base64"},
      {with(good.size(), "+"), "bad_base64"},
      {with(good.size(), "A"), "bad_signature"},  // 44 characters are 33 bytes
      {with(good.size(), "AA"), "bad_base64"},    // length 1 mod 4
      {with(0, " "), "bad_base64"},
      {with(0, "\n"), "bad_base64"},
      {with(dot, "="), "bad_base64"},
      {with(dot, "=="), "bad_base64"},
      {with(5, "\r\n"), "bad_base64"},
      {with(5, std::string_view("\0", 1)), "bad_base64"},
      {with(5, "/"), "bad_base64"},
      {with(5, "\xc3\xa9"), "bad_base64"},
  };
  for (const auto& row : kRows) EXPECT_EQ(verdict(of_secret(), row.text), row.verdict) << row.text;
  // 43 characters end in four unused bits... of 256: two are unused, so three texts mean the same.
  for (int bits = 1; bits < 4; ++bits) {
    std::string other = good;
    constexpr std::string_view kAlphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    other.back() = kAlphabet[kAlphabet.find(other.back()) + static_cast<std::size_t>(bits)];
    EXPECT_EQ(verdict(of_secret(), other), "bad_base64");
  }
}

TEST(auth, J24_size_and_depth_are_refused_before_they_cost) {
  const auto began = std::chrono::steady_clock::now();
  std::string deep =
      R"({"exp":1700003600,"a":)" + std::string(3'000, '[') + std::string(3'000, ']') + "}";
  std::string members = R"({"exp":1700003600)";
  for (int i = 0; i < 700; ++i) members += ",\"" + std::to_string(i) + "\":1";
  const Row kRows[] = {
      {std::string(1'000'000, '.'), "too_large"},
      {std::string(8'000, '.'), "not_three_parts"},
      {std::string(1'000'000, 'a'), "too_large"},
      {hmac_token(kSecret, R"({"alg":"HS256","x":")" + std::string(1'000'000, 'x') + "\"}",
                  kPayload),
       "too_large"},
      {hmac_token(kSecret, R"({"alg":"HS256","x":")" + std::string(1'005, 'x') + "\"}", kPayload),
       "too_large"},
      {hmac_token(kSecret, R"({"alg":"HS256","x":")" + std::string(1'000, 'x') + "\"}", kPayload),
       "accepted"},
      {hmac_token(kSecret, kHeader, R"({"exp":1700003600,"x":")" + std::string(6'150, 'x') + "\"}"),
       "too_large"},
      {hmac_token(kSecret, kHeader, R"({"exp":1700003600,"x":")" + std::string(6'000, 'x') + "\"}"),
       "accepted"},
      {hmac_token(kSecret, kHeader, deep), "bad_json"},
      {hmac_token(kSecret, kHeader, members + "}"), "bad_json"},
      {"", "not_three_parts"},
      {".", "not_three_parts"},
      {"..", "bad_json"},
      {"...", "not_three_parts"},
      {"....", "encrypted"},
      {".....", "not_three_parts"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(verdict(of_secret(), row.text), row.verdict) << row.text.substr(0, 80);
  EXPECT_LT(std::chrono::steady_clock::now() - began,
            std::chrono::seconds(2));  // sanitizers included
}

TEST(auth, J27_what_is_encrypted_or_serialised_otherwise_is_no_token_here) {
  const std::string jwe = encoded(R"({"alg":"dir","enc":"A256GCM"})") +
                          "..AAECAwQFBgcICQoL.AAAA.AAAAAAAAAAAAAAAAAAAAAA";
  EXPECT_EQ(verdict(of_secret(), jwe), "encrypted");
  const std::string good = good_token();
  const std::size_t dot = good.find('.');
  const std::size_t last = good.rfind('.');
  const std::string json = R"({"payload":")" + good.substr(dot + 1, last - dot - 1) +
                           R"(","protected":")" + good.substr(0, dot) + R"(","signature":")" +
                           good.substr(last + 1) + "\"}";
  EXPECT_EQ(verdict(of_secret(), json), "not_three_parts");
  EXPECT_EQ(verdict(of_secret(), "{\"a\":\"." + good), "not_three_parts");
  EXPECT_EQ(verdict(of_secret(), hmac_token(kSecret, R"({"alg":"dir","enc":"A256GCM"})", kPayload)),
            "header_refused");
  EXPECT_EQ(of_payload(good), "bad_json");  // a token inside a token
}

TEST(auth, typ_is_JWT_or_absent_whatever_its_case) {
  const Row kRows[] = {
      {"JWT", "accepted"},
      {"jwt", "accepted"},
      {"application/jwt", "accepted"},
      {"at+jwt", "type_refused"},
      {"logout+jwt", "type_refused"},
      {"JWT ", "type_refused"},
      {"", "type_refused"},
      {"application/", "type_refused"},
  };
  for (const auto& row : kRows) {
    EXPECT_EQ(of_header(R"({"alg":"HS256","typ":")" + row.text + "\"}"), row.verdict) << row.text;
  }
  Verifier pinned({*Key::from_secret(kSecret)}, {}, "at+jwt");
  EXPECT_EQ(verdict(pinned, hmac_token(kSecret, R"({"alg":"HS256","typ":"at+JWT"})", kPayload)),
            "accepted");
  EXPECT_EQ(verdict(pinned, good_token()), "type_refused");
}

TEST(auth, a_refused_header_is_not_remembered_as_a_good_one) {
  auto verifier = of_secret();
  const std::string bad = hmac_token(kSecret, R"({"alg":"HS256","crit":[]})", kPayload);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(verdict(verifier, good_token()), "accepted");
    EXPECT_EQ(verdict(verifier, bad), "header_refused");
    EXPECT_EQ(verdict(verifier, bad), "header_refused");
  }
}

}  // namespace
}  // namespace gatehouse::crypto::jose
