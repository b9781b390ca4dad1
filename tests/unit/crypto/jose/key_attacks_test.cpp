// Rows of the table of attacks that aim at keys and signatures.
#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <algorithm>

#include "unit/crypto/jose/tokens.h"

namespace gatehouse::crypto::jose {
namespace {

using test::encoded;
using test::hmac_token;
using test::KeyPair;
using test::signed_by;

const KeyPair& rsa() {
  static const KeyPair key = KeyPair::rsa();
  return key;
}
const KeyPair& p256() {
  static const KeyPair key = KeyPair::ec("P-256");
  return key;
}
std::string header_of(Algorithm algorithm) {
  return R"({"alg":")" + std::string(word(algorithm)) + "\"}";
}
std::string token_of(const KeyPair& key, Algorithm algorithm) {
  return signed_by(key, algorithm, header_of(algorithm), kPayload);
}
std::string with_signature(std::string_view token, std::string_view signature) {
  return std::string(token.substr(0, token.rfind('.') + 1)) + encoded(signature);
}
std::string signature_of(std::string_view token) {
  return *from_base64url(token.substr(token.rfind('.') + 1));
}

// A set of one key, or why the key was left out.
Made<Key> key_of(const std::string& members, AlgorithmSet accepted = {}, bool oct_allowed = false) {
  auto set = read_key_set("{\"keys\":[{" + members + "}]}", accepted, oct_allowed);
  if (!set) return tl::make_unexpected(set.error());
  if (!set->left_out.empty()) return refused(set->left_out.front());
  return set->keys.front();
}
std::string refusal(const Made<Key>& key) { return key ? "accepted" : key.error(); }

TEST(auth, every_algorithm_verifies_with_its_key_as_PEM_and_as_JWK) {
  struct Row {
    Algorithm algorithm;
    KeyPair key;
  };
  Row rows[] = {
      {Algorithm::RS256, KeyPair::rsa()},
      {Algorithm::RS384, KeyPair::rsa()},
      {Algorithm::RS512, KeyPair::rsa(3072)},
      {Algorithm::PS256, KeyPair::rsa()},
      {Algorithm::PS384, KeyPair::rsa()},
      {Algorithm::PS512, KeyPair::rsa()},
      {Algorithm::ES256, KeyPair::ec("P-256")},
      {Algorithm::ES384, KeyPair::ec("P-384")},
      {Algorithm::ES512, KeyPair::ec("P-521")},
      {Algorithm::EdDSA, KeyPair::edwards("ED25519")},
      {Algorithm::EdDSA, KeyPair::edwards("ED448")},
  };
  for (const auto& row : rows) {
    const auto pem = *Key::from_pem(row.key.pem(), {row.algorithm});
    const auto jwk =
        *key_of(row.key.jwk() + R"(,"alg":")" + std::string(word(row.algorithm)) + "\"");
    for (const auto& key : {pem, jwk}) {
      auto verifier = of_keys({key});
      for (int i = 0; i < 3; ++i) {  // prepared contexts are used again
        const std::string token = token_of(row.key, row.algorithm);
        EXPECT_EQ(verdict(verifier, token), "accepted") << word(row.algorithm);
        std::string forged = signature_of(token);
        forged[static_cast<std::size_t>(i) + 4] ^= 1;
        EXPECT_EQ(verdict(verifier, with_signature(token, forged)), "bad_signature")
            << word(row.algorithm);
      }
    }
  }
  for (const auto algorithm : {Algorithm::HS256, Algorithm::HS384, Algorithm::HS512}) {
    const std::string secret(64, 's');
    SignatureOf signer(*Key::from_secret(secret, {algorithm}));
    const std::string text = encoded(header_of(algorithm)) + "." + encoded(kPayload);
    const std::string token = text + "." + encoded(*signer.sign(algorithm, text));
    EXPECT_EQ(signature_of(token), test::hmac(secret, text, kHashNames[hash_index(algorithm)]));
    EXPECT_EQ(verdict(of_keys({*Key::from_secret(secret, {algorithm})}), token), "accepted");
  }
}

TEST(auth, J02_J03_a_public_key_is_no_HMAC_secret) {
  for (const KeyPair* key : {&rsa(), &p256()}) {
    auto verifier = of_keys({*Key::from_pem(key->pem())});
    std::string bare = key->pem();
    bare.pop_back();
    for (const auto& secret :
         {key->pem(), bare, key->der(), "{" + key->jwk() + "}", std::string()}) {
      EXPECT_EQ(verdict(verifier, hmac_token(secret, kHeader, kPayload)), "algorithm_refused");
      // Where the file makes the mistake, it is refused.
      EXPECT_FALSE(Key::from_secret(secret)) << secret;
    }
  }
  EXPECT_FALSE(Key::from_secret("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ someone@somewhere"));
  EXPECT_FALSE(Key::from_secret(kSecret, {Algorithm::RS256}));
}

TEST(auth, J04_J05_a_key_that_the_token_brings_is_not_used) {
  const KeyPair attacker = KeyPair::rsa();
  auto verifier = of_keys({*Key::from_pem(rsa().pem())});
  for (const std::string& member :
       {R"("jwk":{)" + attacker.jwk() + "}",
        std::string(R"("jku":"https://attacker.test/jwks.json")"),
        std::string(R"("x5u":"http://169.254.169.254/")"), std::string(R"("x5c":["MIIB"])")}) {
    const std::string header = R"({"alg":"RS256",)" + member + "}";
    EXPECT_EQ(verdict(verifier, signed_by(attacker, Algorithm::RS256, header, kPayload)),
              "bad_signature");
    EXPECT_EQ(verdict(verifier, signed_by(rsa(), Algorithm::RS256, header, kPayload)),
              member.size() > 600 ? "too_large" : "accepted");
  }
}

TEST(auth, J06_a_JWK_is_bound_to_its_kty_and_alg) {
  auto verifier = of_keys({*key_of(rsa().jwk())});
  for (const std::string_view secret : {"", "x"}) {
    EXPECT_EQ(verdict(verifier, hmac_token(secret, kHeader, kPayload)), "algorithm_refused");
  }
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"alg":"HS256")")),
            "key 1: a key that none of the algorithms fits");
  EXPECT_EQ(refusal(key_of(p256().jwk() + R"(,"alg":"RS256")")),
            "key 1: a key that none of the algorithms fits");
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"alg":"RSA-OAEP")")),
            "key 1: its alg is not a signature algorithm that exists here");
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"alg":"RS256")", {Algorithm::ES256})),
            "key 1: its alg is not accepted");
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"use":"enc")")), "key 1: its use is not sig");
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"use":"sig","key_ops":["verify"])")), "accepted");
  EXPECT_EQ(refusal(key_of(rsa().jwk() + R"(,"key_ops":["encrypt"])")),
            "key 1: its key_ops have no verify");
  EXPECT_EQ(refusal(key_of(R"("kty":"oct","k":")" + encoded(kSecret) + "\"")),
            "key 1: a secret has no place in a set that others can fetch");
  EXPECT_EQ(refusal(key_of(R"("kty":"other")")), "key 1: its kty is unknown");
  // A token of another algorithm than the JWK's own, signed with the right key.
  auto pinned = of_keys({*key_of(rsa().jwk() + R"(,"alg":"RS512")")});
  EXPECT_EQ(verdict(pinned, token_of(rsa(), Algorithm::RS256)), "algorithm_refused");
}

// The order of P-256.
const std::string kOrder = *from_base64url("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");

TEST(auth, J12_ECDSA_numbers_are_in_range_and_of_their_size) {
  auto verifier = of_keys({*Key::from_pem(p256().pem())});
  const std::string token = token_of(p256(), Algorithm::ES256);
  const std::string good = signature_of(token);
  ASSERT_EQ(verdict(verifier, token), "accepted");
  const std::string r = good.substr(0, 32);
  const std::string s = good.substr(32);
  const std::string zero(32, '\0');
  const std::string der = "\x30\x44\x02\x20" + r + "\x02\x20" + s;
  for (const auto& bad :
       {zero + zero, r + zero, zero + s, kOrder + s, r + kOrder, good.substr(1), good.substr(0, 63),
        good + std::string(1, '\0'), std::string(1, '\0') + good, der, std::string(), s + r,
        std::string(64, '\xff')}) {
    EXPECT_EQ(verdict(verifier, with_signature(token, bad)), "bad_signature") << bad.size();
  }
}

TEST(auth, J13_a_curve_belongs_to_an_algorithm_and_a_point_to_its_curve) {
  const KeyPair p384 = KeyPair::ec("P-384");
  auto verifier = of_keys({*Key::from_pem(p384.pem())});
  EXPECT_EQ(verdict(verifier, token_of(p256(), Algorithm::ES256)), "algorithm_refused");
  EXPECT_EQ(
      verdict(verifier, signed_by(p384, Algorithm::ES256, header_of(Algorithm::ES256), kPayload)),
      "algorithm_refused");
  std::string jwk = p256().jwk();
  const std::size_t x = jwk.find("\"x\":\"") + 9;
  jwk[x] = jwk[x] == 'A' ? 'B' : 'A';
  EXPECT_EQ(refusal(key_of(jwk)), "key 1: its numbers make no key");
  EXPECT_EQ(refusal(key_of(R"("kty":"EC","crv":"P-256","x":"AA","y":"AA")")),
            "key 1: its numbers make no key");
  EXPECT_EQ(refusal(key_of(R"("kty":"EC","crv":"secp256k1","x":"AA","y":"AA")")),
            "key 1: its numbers make no key");
  EXPECT_FALSE(Key::from_pem(KeyPair::ec("secp256k1").pem()));
}

// What a verifier takes that looks for the hash instead of comparing all bytes: with e = 3 the cube
// root of such a number is a signature that needs no private key.
TEST(auth, J14_RSA_signatures_are_as_long_as_the_modulus_and_keys_large_enough) {
  auto verifier = of_keys({*Key::from_pem(rsa().pem())});
  const std::string token = token_of(rsa(), Algorithm::RS256);
  const std::string good = signature_of(token);
  ASSERT_EQ(verdict(verifier, token), "accepted");
  for (const auto& bad : {std::string(1, '\0') + good, good.substr(1), good + std::string(1, '\0'),
                          good.substr(0, 255), std::string(256, '\0'), std::string(256, '\xff'),
                          std::string(255, '\0') + "\1"}) {
    EXPECT_EQ(verdict(verifier, with_signature(token, bad)), "bad_signature");
  }
  EXPECT_EQ(verdict(verifier, with_signature(token, std::string(1100, 'x'))), "too_large");
  EXPECT_EQ(refusal(Key::from_pem(KeyPair::rsa(1024).pem())),
            "an RSA key of 1024 bits; 2048 to 8192 are accepted");
  const std::string modulus = rsa().jwk().substr(0, rsa().jwk().find(",\"e\""));
  EXPECT_EQ(refusal(key_of(modulus + R"(,"e":"Aw")")), "accepted");       // 3
  for (const std::string_view exponent : {"AQ", "AA", "Ag", "BA", ""}) {  // 1, 0, 2, 4
    EXPECT_NE(refusal(key_of(modulus + R"(,"e":")" + std::string(exponent) + "\"")), "accepted")
        << exponent;
  }
  EXPECT_NE(refusal(key_of(R"("kty":"RSA","n":"AQAB","e":"AQAB")")), "accepted");
}

TEST(auth, J15_PSS_is_not_PKCS1_and_its_salt_is_as_long_as_the_hash) {
  auto both = of_keys({*Key::from_pem(rsa().pem(), {Algorithm::RS256, Algorithm::PS256})});
  const std::string text = encoded(header_of(Algorithm::RS256)) + "." + encoded(kPayload);
  EXPECT_EQ(verdict(both, text + "." + encoded(rsa().sign(Algorithm::PS256, text))),
            "bad_signature");
  const std::string pss = encoded(header_of(Algorithm::PS256)) + "." + encoded(kPayload);
  EXPECT_EQ(verdict(both, pss + "." + encoded(rsa().sign(Algorithm::RS256, pss))), "bad_signature");
  for (const int salt : {0, 20, 31, 33, 64}) {
    EXPECT_EQ(verdict(both, pss + "." + encoded(rsa().sign(Algorithm::PS256, pss, salt))),
              "bad_signature")
        << salt;
  }
  EXPECT_EQ(verdict(both, pss + "." + encoded(rsa().sign(Algorithm::PS256, pss, 32))), "accepted");
}

TEST(auth, J16_EdDSA_keys_have_a_large_order_and_signatures_one_form) {
  const KeyPair key = KeyPair::edwards();
  auto verifier = of_keys({*Key::from_pem(key.pem())});
  const std::string token = token_of(key, Algorithm::EdDSA);
  std::string larger = signature_of(token);
  // S + L is the same number modulo the order L.
  constexpr std::string_view kL =
      "\xed\xd3\xf5\x5c\x1a\x63\x12\x58\xd6\x9c\xf7\xa2\xde\xf9\xde\x14";
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned l = i < 16 ? static_cast<unsigned char>(kL[i]) : i == 31 ? 0x10 : 0;
    carry += static_cast<unsigned char>(larger[32 + i]) + l;
    larger[32 + i] = static_cast<char>(carry);
    carry >>= 8;
  }
  EXPECT_EQ(verdict(verifier, with_signature(token, larger)), "bad_signature");
  EXPECT_EQ(verdict(verifier, with_signature(token, signature_of(token) + "x")), "bad_signature");
  EXPECT_EQ(verdict(verifier, with_signature(token, signature_of(token).substr(1))),
            "bad_signature");
  const std::string end(31, '\0');
  const std::string minus = "\xec" + std::string(30, '\xff') + "\x7f";
  const std::string prime = "\xed" + std::string(30, '\xff') + "\x7f";
  const std::string above = "\xee" + std::string(30, '\xff') + "\xff";
  const std::string eight = *from_base64url("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU");
  const std::string other = *from_base64url("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o");
  for (std::string point :
       {std::string(1, '\0') + end, "\1" + end, minus, prime, above, eight, other}) {
    for (int sign = 0; sign < 2; ++sign) {
      EXPECT_NE(refusal(key_of(R"("kty":"OKP","crv":"Ed25519","x":")" + encoded(point) + "\"")),
                "accepted");
      point.back() = static_cast<char>(point.back() ^ 0x80);
    }
  }
  for (const std::string& point :
       {std::string(57, '\0'), "\1" + std::string(56, '\0'), std::string(57, '\xff')}) {
    EXPECT_NE(refusal(key_of(R"("kty":"OKP","crv":"Ed448","x":")" + encoded(point) + "\"")),
              "accepted");
  }
}

TEST(auth, J17_weak_and_well_known_secrets_are_refused) {
  for (const std::string_view secret :
       {"", "12345678", "secret", "your-256-bit-secret", "a-string-secret-at-least-256-bits-long",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "0123456789abcdef0123456789abcdef",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}) {
    EXPECT_FALSE(Key::from_secret(secret)) << secret;
  }
  EXPECT_EQ(refusal(Key::from_secret("31 bytes are one less than 256.")),
            "a secret of 31 bytes for HS256; at least 32 (RFC 7518 3.2)");
  EXPECT_EQ(refusal(Key::from_secret("32 bytes are enough for HS256...")), "accepted");
  EXPECT_EQ(refusal(Key::from_secret("32 bytes are enough for HS256...",
                                     {Algorithm::HS256, Algorithm::HS384})),
            "a secret of 32 bytes for HS384; at least 48 (RFC 7518 3.2)");
}

TEST(auth, keys_for_rotation_are_tried_up_to_four) {
  std::vector<Key> keys;
  for (int i = 0; i < 5; ++i)
    keys.push_back(
        *Key::from_secret("secret number " + std::to_string(i) + ", long enough to be one"));
  auto verifier = of_keys(keys);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(verdict(verifier,
                      hmac_token(keys[static_cast<std::size_t>(i)].secret(), kHeader, kPayload)),
              i < 4 ? "accepted" : "bad_signature");
  }
}

TEST(auth, a_token_without_kid_is_not_tried_with_several_keys_that_have_one) {
  const KeyPair other = KeyPair::rsa();
  auto set = *read_key_set("{\"keys\":[{" + rsa().jwk() + R"(,"kid":"a"},{)" + other.jwk() +
                               R"(,"kid":"b"},{)" + p256().jwk() + R"(,"kid":"a"}]})",
                           {Algorithm::RS256, Algorithm::ES256}, false);
  ASSERT_EQ(set.keys.size(), 3U);
  auto verifier = of_keys(set.keys);
  EXPECT_EQ(verdict(verifier, token_of(rsa(), Algorithm::RS256)), "unknown_key");
  EXPECT_EQ(verdict(verifier, token_of(p256(), Algorithm::ES256)), "accepted");
  const auto named = [&](const KeyPair& key, Algorithm algorithm, const std::string& kid) {
    return signed_by(key, algorithm,
                     R"({"alg":")" + std::string(word(algorithm)) + R"(","kid":")" + kid + "\"}",
                     kPayload);
  };
  EXPECT_EQ(verdict(verifier, named(rsa(), Algorithm::RS256, "a")), "accepted");
  EXPECT_EQ(verdict(verifier, named(other, Algorithm::RS256, "b")), "accepted");
  EXPECT_EQ(verdict(verifier, named(other, Algorithm::RS256, "a")), "bad_signature");
  EXPECT_EQ(verdict(verifier, named(p256(), Algorithm::ES256, "a")), "accepted");
  EXPECT_EQ(verdict(verifier, named(p256(), Algorithm::ES256, "b")), "unknown_key");
  EXPECT_EQ(verdict(verifier, named(rsa(), Algorithm::RS256, "c")), "unknown_key");
}

TEST(auth, J32_key_sets_are_bounded_and_bad_keys_left_out) {
  EXPECT_FALSE(read_key_set(std::string(300'000, ' '), {}, false));
  EXPECT_FALSE(read_key_set("<html>", {}, false));
  EXPECT_FALSE(read_key_set("[]", {}, false));
  EXPECT_FALSE(read_key_set("{}", {}, false));
  EXPECT_FALSE(read_key_set(R"({"keys":{}})", {}, false));
  std::string many = R"({"keys":[{})";
  for (int i = 0; i < 10'000; ++i) many += ",{}";
  EXPECT_FALSE(read_key_set(many + "]}", {}, false));
  EXPECT_TRUE(read_key_set(R"({"keys":[]})", {}, false)->keys.empty());
  const auto set = *read_key_set("{\"keys\":[1,{},{" + rsa().jwk() + "},{\"kty\":\"RSA\"},{" +
                                     p256().jwk() + R"(,"kid":"a b"}]})",
                                 {}, false);
  EXPECT_EQ(set.keys.size(), 1U);
  EXPECT_EQ(set.left_out,
            (std::vector<std::string>{"key 1: it is no object", "key 2: its kty is unknown",
                                      "key 4: its numbers make no key",
                                      "key 5: its kid is not 1 to 256 visible characters"}));
}

TEST(auth, a_PEM_file_holds_one_public_key) {
  EXPECT_EQ(refusal(Key::from_pem("")), "no public key in PEM");
  EXPECT_EQ(refusal(Key::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")),
            "no public key in PEM");
  EXPECT_EQ(refusal(Key::from_pem(rsa().pem() + p256().pem())),
            "several keys in one PEM file; one file a key");
  EXPECT_EQ(refusal(Key::from_pem(rsa().private_pem())),
            "a private key; only its public half belongs here: openssl pkey -pubout");
  EXPECT_EQ(refusal(Key::from_pem(rsa().pem(), {Algorithm::ES256})),
            "a key that none of the algorithms fits");
}

}  // namespace
}  // namespace gatehouse::crypto::jose
