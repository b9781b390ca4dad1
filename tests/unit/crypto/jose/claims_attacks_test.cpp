// Rows of the table of attacks that a token's claims must not survive.
#include <gtest/gtest.h>

#include "unit/crypto/jose/tokens.h"

namespace gatehouse::crypto::jose {
namespace {

struct Row {
  std::string text;
  std::string_view verdict;
};

TEST(auth, J18_exp_is_a_number_in_range) {
  EXPECT_EQ(of_payload(R"({"sub":"a"})"), "no_expiry");
  for (const std::string_view exp :
       {"\"1700003600\"", "null", "true", "-1", "1e400", "9223372036854775808", "1e308",
        "9007199254740992", "[1700003600]", "{}", "-0", "\"\""}) {
    EXPECT_EQ(of_payload("{\"exp\":" + std::string(exp) + "}"), "bad_time") << exp;
  }
  for (const std::string_view exp :
       {"NaN", "Infinity", "-Infinity", "0x70000000", "01700003600", "+1"}) {
    EXPECT_EQ(of_payload("{\"exp\":" + std::string(exp) + "}"), "bad_json") << exp;
  }
  for (const std::string_view exp : {"1700003600.5", "1.7000036e9", "9007199254740991"}) {
    EXPECT_EQ(of_payload("{\"exp\":" + std::string(exp) + "}"), "accepted") << exp;
  }
}

TEST(auth, J19_times_are_exact_to_the_second) {
  const auto at = [](std::int64_t time) { return std::to_string(kNow + time); };
  const Row kRows[] = {
      {"\"exp\":" + at(-29), "accepted"},
      {"\"exp\":" + at(-30), "expired"},
      {"\"exp\":" + at(-31), "expired"},
      {"\"exp\":" + at(-29) + ".9", "accepted"},
      {"\"exp\":" + at(-30) + ".9", "expired"},
      {"\"exp\":0", "expired"},
      {"\"exp\":" + at(60) + ",\"nbf\":" + at(30), "accepted"},
      {"\"exp\":" + at(60) + ",\"nbf\":" + at(31), "not_yet_valid"},
      {"\"exp\":" + at(60) + ",\"nbf\":" + at(30) + ".1", "not_yet_valid"},
      {"\"exp\":" + at(60) + ",\"iat\":" + at(30), "accepted"},
      {"\"exp\":" + at(60) + ",\"iat\":" + at(31), "issued_ahead"},
      {"\"exp\":" + at(60) + ",\"iat\":" + at(1'000'000), "issued_ahead"},
      {"\"exp\":" + at(60) + ",\"nbf\":\"0\"", "bad_time"},
      {"\"exp\":" + at(60) + ",\"iat\":true", "bad_time"},
      {"\"exp\":" + at(60) + ",\"nbf\":-5", "bad_time"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(of_payload("{" + row.text + "}"), row.verdict) << row.text;
  ClaimRules none;
  none.leeway = std::chrono::seconds(0);
  EXPECT_EQ(of_payload("{\"exp\":" + at(1) + "}", none), "accepted");
  EXPECT_EQ(of_payload("{\"exp\":" + at(0) + "}", none), "expired");
}

TEST(auth, J20_iss_is_one_exact_text) {
  ClaimRules rules;
  rules.issuers = {"https://id.example.com", "other"};
  const Row kRows[] = {
      {"\"https://id.example.com\"", "accepted"},
      {"\"other\"", "accepted"},
      {"\"https://id.example.com/\"", "wrong_issuer"},
      {"\"https://ID.example.com\"", "wrong_issuer"},
      {"\"https://id.example.co\"", "wrong_issuer"},
      {"\"https://id.example.com.evil.test\"", "wrong_issuer"},
      {"\"id.example.com\"", "wrong_issuer"},
      {"\"\"", "wrong_issuer"},
      {"[\"https://id.example.com\"]", "wrong_issuer"},
      {"null", "wrong_issuer"},
      {"{\"https://id.example.com\":1}", "wrong_issuer"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(of_payload(R"({"exp":1700003600,"iss":)" + row.text + "}", rules), row.verdict)
        << row.text;
  EXPECT_EQ(of_payload(R"({"exp":1700003600})", rules), "wrong_issuer");
  EXPECT_EQ(of_payload(R"({"exp":1700003600,"iss":"anyone"})"), "accepted");
}

TEST(auth, J21_aud_names_one_of_ours) {
  ClaimRules rules;
  rules.audiences = {"chat", "api"};
  std::string many = "[\"x\"";
  for (int i = 0; i < 10'000; ++i) many += ",\"x\"";
  const Row kRows[] = {
      {"\"chat\"", "accepted"},
      {"[\"x\",\"api\"]", "accepted"},
      {"[\"chat\"]", "accepted"},
      {"\"cha\"", "wrong_audience"},
      {"\"chat2\"", "wrong_audience"},
      {"\"CHAT\"", "wrong_audience"},
      {"\"x chat\"", "wrong_audience"},
      {"[[\"chat\"]]", "wrong_audience"},
      {"[\"chat\",1]", "wrong_audience"},
      {"[]", "wrong_audience"},
      {"{\"chat\":\"chat\"}", "wrong_audience"},
      {"null", "wrong_audience"},
      {many + "]", "too_large"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(of_payload(R"({"exp":1700003600,"aud":)" + row.text + "}", rules), row.verdict)
        << row.text.substr(0, 60);
  EXPECT_EQ(of_payload(R"({"exp":1700003600})", rules), "wrong_audience");
}

TEST(auth, J22_an_issuers_key_verifies_nobody_elses_tokens) {
  const auto set = [](const test::KeyPair& key) {
    return read_key_set("{\"keys\":[{" + key.jwk() + R"(,"kid":"1"}]})", {Algorithm::ES256}, false)
        ->keys;
  };
  const auto a = test::KeyPair::ec();
  const auto b = test::KeyPair::ec();
  ClaimRules of_b;
  of_b.issuers = {"b"};
  Verifier route_of_b(set(b), of_b);
  const auto token = [](const test::KeyPair& key, std::string_view issuer) {
    return test::signed_by(key, Algorithm::ES256, R"({"alg":"ES256","kid":"1"})",
                           R"({"exp":1700003600,"iss":")" + std::string(issuer) + "\"}");
  };
  EXPECT_EQ(verdict(route_of_b, token(b, "b")), "accepted");
  EXPECT_EQ(verdict(route_of_b, token(a, "a")), "bad_signature");
  EXPECT_EQ(verdict(route_of_b, token(a, "b")), "bad_signature");
  EXPECT_EQ(verdict(route_of_b, token(b, "a")), "wrong_issuer");
}

TEST(auth, J23_tokens_for_something_else_are_no_access_tokens) {
  for (const std::string_view member :
       {R"("nonce":"n")", R"("at_hash":"h")", R"("c_hash":"h")", R"("events":{})"}) {
    EXPECT_EQ(of_payload(R"({"exp":1700003600,"sub":"a",)" + std::string(member) + "}"),
              "other_purpose")
        << member;
  }
  EXPECT_EQ(of_header(R"({"alg":"HS256","typ":"logout+jwt"})"), "type_refused");
  // What is minted for the backend has another key.
  EXPECT_EQ(verdict(of_secret(), test::hmac_token("the secret of the backend, long enough too",
                                                  kHeader, kPayload)),
            "bad_signature");
}

TEST(auth, sub_is_a_short_text_and_required_claims_are_there) {
  const Row kRows[] = {
      {R"("sub":"a")", "accepted"},
      {R"("sub":"")", "bad_subject"},
      {R"("sub":1)", "bad_subject"},
      {R"("sub":null)", "bad_subject"},
      {R"("sub":["a"])", "bad_subject"},
      {"\"sub\":\"" + std::string(256, 's') + "\"", "accepted"},
      {"\"sub\":\"" + std::string(257, 's') + "\"", "bad_subject"},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(of_payload(R"({"exp":1700003600,)" + row.text + "}"), row.verdict) << row.text;
  ClaimRules rules;
  rules.required = {"sub", "tenant"};
  EXPECT_EQ(of_payload(R"({"exp":1700003600,"sub":"a","tenant":0})", rules), "accepted");
  EXPECT_EQ(of_payload(R"({"exp":1700003600,"sub":"a"})", rules), "claim_missing");
  EXPECT_EQ(of_payload(R"({"exp":1700003600,"sub":"a","tenant":null})", rules), "claim_missing");
  EXPECT_EQ(of_payload(R"({"exp":1700003600,"sub":"a","x":{"tenant":1}})", rules), "claim_missing");
}

TEST(auth, H09_a_role_is_an_exact_text_or_a_member_of_a_list) {
  const Row kRows[] = {
      {R"("admin")", "yes"},
      {R"(["user","admin"])", "yes"},
      {R"({"admin":true})", "no"},
      {R"("user,admin")", "no"},
      {R"("ADMIN")", "no"},
      {"1", "no"},
      {"true", "no"},
      {"null", "no"},
      {R"([["admin"]])", "no"},
      {R"(["user,admin"])", "no"},
      {R"("admin ")", "no"},
      {R"([])", "no"},
  };
  for (const auto& row : kRows) {
    std::string text = "{\"role\":" + row.text + "}";
    Json json;
    ASSERT_FALSE(json.read(text.data(), text.size()));
    EXPECT_EQ(claim_has(json, *json.find("role"), "admin") ? "yes" : "no", row.verdict) << row.text;
  }
}

}  // namespace
}  // namespace gatehouse::crypto::jose
