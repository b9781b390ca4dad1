#include "crypto/jose/key.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>

#include <algorithm>
#include <array>

#include "crypto/jose/openssl.h"
#include "crypto/known_secret.h"

namespace gatehouse::crypto::jose {
namespace {

constexpr AlgorithmSet kHmac = AlgorithmSet::of({Family::hmac});
constexpr AlgorithmSet kRsa = AlgorithmSet::of({Family::rsa_pkcs1, Family::rsa_pss});

std::shared_ptr<const std::string> kept_secret(std::string_view secret) {
  return {new std::string(secret), [](std::string* text) {
            OPENSSL_cleanse(text->data(), text->size());
            delete text;
          }};
}

// What is a key of another kind: the algorithm confusion of RFC 8725 2.1 begins with it.
bool is_public_key_text(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\r')) {
    text.remove_prefix(1);
  }
  constexpr std::array<std::string_view, 4> kBegins = {"-----BEGIN ", "ssh-", "ecdsa-sha2-", "{"};
  const bool pem_or_ssh = std::any_of(kBegins.begin(), kBegins.end(), [&](std::string_view begin) {
    return text.starts_with(begin);
  });
  const bool der = text.starts_with("\x30\x82") || text.starts_with("\x30\x59\x30\x13");
  return pem_or_ssh || der;
}

// The coordinate y of the points whose order divides the cofactor, little-endian, the sign of x
// left out (RFC 8032 5.1.7; libsodium's list): 0, 1, -1, and two of order 8.
constexpr std::array<std::string_view, 2> kOrderEight = {
    "\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0"
    "\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
    "\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f"
    "\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a"};

// Of an Ed25519 (32 bytes) or Ed448 (57) point: y is 0, 1 or -1, or not below the prime.
bool is_small_or_not_canonical(std::string point) {
  const bool small_curve = point.size() == 32;
  if (small_curve) {
    point.back() = static_cast<char>(point.back() & 0x7f);
    if (std::find(kOrderEight.begin(), kOrderEight.end(), point) != kOrderEight.end()) return true;
  } else {
    if ((point.back() & 0x7f) != 0) return true;
    point.pop_back();
  }
  // p = 2^255 - 19 and 2^448 - 2^224 - 1.
  std::string prime(point.size(), '\xff');
  if (small_curve) {
    prime.front() = '\xed';
    prime.back() = '\x7f';
  } else {
    prime[28] = '\xfe';
  }
  std::string last = prime;
  last.front() = static_cast<char>(last.front() - 1);
  const std::string zero(point.size(), '\0');
  std::string one = zero;
  one.front() = 1;
  const bool below = std::lexicographical_compare(
      point.rbegin(), point.rend(), prime.rbegin(), prime.rend(),
      [](char a, char b) { return static_cast<unsigned char>(a) < static_cast<unsigned char>(b); });
  return !below || point == zero || point == one || point == last;
}

Made<AlgorithmSet> of_rsa(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (bits < 2048 || bits > 8192) {
    return refused("an RSA key of " + std::to_string(bits) + " bits", "2048 to 8192 are accepted");
  }
  BIGNUM* exponent = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent);
  const Owned<BIGNUM, BN_free> owned(exponent);
  if (exponent == nullptr || !BN_is_odd(exponent) || BN_is_one(exponent)) {
    return refused("an RSA key whose exponent is not odd and 3 or more");
  }
  return kRsa;
}

Made<AlgorithmSet> of_ec(EVP_PKEY* key) {
  std::array<char, 32> curve{};
  std::size_t size = 0;
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new(key, nullptr));
  if (context == nullptr || EVP_PKEY_public_check(context.get()) != 1) {
    return refused("an EC key whose point is not on its curve");
  }
  EVP_PKEY_get_group_name(key, curve.data(), curve.size(), &size);
  const std::string_view name(curve.data());
  if (name == "prime256v1") return AlgorithmSet{Algorithm::ES256};
  if (name == "secp384r1") return AlgorithmSet{Algorithm::ES384};
  if (name == "secp521r1") return AlgorithmSet{Algorithm::ES512};
  return refused("an EC key on " + std::string(name), "P-256, P-384 and P-521 are accepted");
}

Made<AlgorithmSet> of_okp(EVP_PKEY* key) {
  std::string point(64, '\0');
  std::size_t size = point.size();
  if (EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(point.data()), &size) !=
      1) {
    return refused("an EdDSA key without a point");
  }
  point.resize(size);
  if (is_small_or_not_canonical(point))
    return refused("an EdDSA key whose point has a small order");
  return AlgorithmSet{Algorithm::EdDSA};
}

AlgorithmSet usual(AlgorithmSet fitting) {
  return fitting == kRsa ? AlgorithmSet{Algorithm::RS256} : fitting;
}

}  // namespace

const EVP_MD* hash_of(std::size_t index) {
  // Owned: a plugin that has these is unloaded one day.
  using Hash = Owned<EVP_MD, EVP_MD_free>;
  static const std::array<Hash, 3> hashes = {Hash(EVP_MD_fetch(nullptr, kHashNames[0], nullptr)),
                                             Hash(EVP_MD_fetch(nullptr, kHashNames[1], nullptr)),
                                             Hash(EVP_MD_fetch(nullptr, kHashNames[2], nullptr))};
  return hashes[index].get();
}

Made<Key> Key::from_secret(std::string_view secret, AlgorithmSet accepted) {
  Key key;
  key.algorithms_ = accepted.empty() ? AlgorithmSet{Algorithm::HS256} : accepted.both(kHmac);
  if (key.algorithms_.empty()) return refused("a secret beside algorithms that need a public key");
  if (is_public_key_text(secret)) {
    return refused("a public key, certificate or JWK as an HMAC secret",
                   "everyone has it: give it as public_key or jwks");
  }
  if (is_known_secret(secret)) {
    return refused("a secret out of a public document", "make one: infra/setup-jwt-secret.sh");
  }
  for (std::size_t i = 0; i < kHashSizes.size(); ++i) {
    if (!key.algorithms_.has(static_cast<Algorithm>(i)) || secret.size() >= kHashSizes[i]) continue;
    return refused("a secret of " + std::to_string(secret.size()) + " bytes for " +
                       std::string(kAlgorithmWords[i]),
                   "at least " + std::to_string(kHashSizes[i]) + " (RFC 7518 3.2)");
  }
  key.secret_ = kept_secret(secret);
  return key;
}

Made<Key> Key::checked(PublicKey public_key, AlgorithmSet accepted) {
  Key key;
  Made<AlgorithmSet> fitting = refused("a key of a kind that no algorithm uses");
  switch (EVP_PKEY_get_base_id(public_key.get())) {
    case EVP_PKEY_RSA:
      key.type_ = Type::rsa;
      fitting = of_rsa(public_key.get());
      break;
    case EVP_PKEY_EC:
      key.type_ = Type::ec;
      fitting = of_ec(public_key.get());
      break;
    case EVP_PKEY_ED25519:
    case EVP_PKEY_ED448:
      key.type_ = Type::okp;
      fitting = of_okp(public_key.get());
      break;
    default:
      break;
  }
  if (!fitting) return tl::make_unexpected(fitting.error());
  key.algorithms_ = accepted.empty() ? usual(*fitting) : fitting->both(accepted);
  if (key.algorithms_.empty()) return refused("a key that none of the algorithms fits");
  key.public_key_ = std::move(public_key);
  return key;
}

}  // namespace gatehouse::crypto::jose
