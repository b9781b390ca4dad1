// Keys and tokens as a test wants them, right or wrong in any way; signed by OpenSSL itself.
#pragma once

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

#include "crypto/base64.h"
#include "crypto/jose/signature.h"

namespace gatehouse::test {

inline std::string encoded(std::string_view json) { return crypto::base64url(json); }

// A key pair that is made when the test runs.
class KeyPair {
 public:
  static KeyPair rsa(unsigned bits = 2048) {
    return KeyPair(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{bits}));
  }
  static KeyPair ec(const char* curve = "P-256") {
    return KeyPair(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve));
  }
  static KeyPair edwards(const char* name = "ED25519") {
    return KeyPair(EVP_PKEY_Q_keygen(nullptr, nullptr, name));
  }

  [[nodiscard]] std::string pem() const {
    return text_of([&](BIO* to) { PEM_write_bio_PUBKEY(to, key_.get()); });
  }
  [[nodiscard]] std::string private_pem() const {
    return text_of([&](BIO* to) {
      PEM_write_bio_PrivateKey(to, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  [[nodiscard]] std::string der() const {
    return text_of([&](BIO* to) { i2d_PUBKEY_bio(to, key_.get()); });
  }

  // As a JWK's members without the braces: "kty":"RSA","n":…,"e":….
  [[nodiscard]] std::string jwk() const {
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_RSA) {
      return R"("kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N, 0) + R"(","e":")" +
             number(OSSL_PKEY_PARAM_RSA_E, 0) + "\"";
    }
    if (EVP_PKEY_get_base_id(key_.get()) == EVP_PKEY_EC) {
      const int bits = EVP_PKEY_get_bits(key_.get());
      const int size = (bits + 7) / 8;
      return R"("kty":"EC","crv":"P-)" + std::to_string(bits) + R"(","x":")" +
             number(OSSL_PKEY_PARAM_EC_PUB_X, size) + R"(","y":")" +
             number(OSSL_PKEY_PARAM_EC_PUB_Y, size) + "\"";
    }
    std::string point(57, '\0');
    std::size_t size = point.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes(point), &size);
    point.resize(size);
    return R"("kty":"OKP","crv":")" + std::string(size == 32 ? "Ed25519" : "Ed448") + R"(","x":")" +
           encoded(point) + "\"";
  }

  // The signature in the form of RFC 7518; `salt` of PSS, -1: as long as the hash.
  [[nodiscard]] std::string sign(crypto::jose::Algorithm algorithm, std::string_view text,
                                 int salt = -1) const {
    using crypto::jose::Family;
    const Family family = family_of(algorithm);
    const char* hash =
        family == Family::eddsa ? nullptr : crypto::jose::kHashNames[hash_index(algorithm)];
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    EVP_PKEY_CTX* options = nullptr;
    EVP_DigestSignInit_ex(context.get(), &options, hash, nullptr, nullptr, key_.get(), nullptr);
    if (family == Family::rsa_pss) {
      EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
      EVP_PKEY_CTX_set_rsa_pss_saltlen(options, salt);
    }
    std::string out(1024, '\0');
    std::size_t size = out.size();
    EVP_DigestSign(context.get(), bytes(out), &size,
                   reinterpret_cast<const unsigned char*>(text.data()), text.size());
    out.resize(size);
    return family == Family::ecdsa ? flat(out) : out;
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  explicit KeyPair(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {}

  static unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
  }
  template <typename Write>
  static std::string text_of(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> to(BIO_new(BIO_s_mem()), BIO_free);
    write(to.get());
    const char* data = nullptr;
    const long size = BIO_get_mem_data(to.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
  [[nodiscard]] std::string number(const char* name, int size) const {
    BIGNUM* found = nullptr;
    EVP_PKEY_get_bn_param(key_.get(), name, &found);
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> owned(found, BN_free);
    std::string out(static_cast<std::size_t>(size == 0 ? BN_num_bytes(found) : size), '\0');
    BN_bn2binpad(found, bytes(out), static_cast<int>(out.size()));
    return encoded(out);
  }
  // r and s of fixed size, out of DER.
  [[nodiscard]] std::string flat(std::string_view der) const {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> both(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
    const int size = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
    std::string out(static_cast<std::size_t>(2 * size), '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), bytes(out), size);
    BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), bytes(out) + size, size);
    return out;
  }

  Key key_;
};

// An HMAC under any key whatever, also one that the product would refuse.
inline std::string hmac(std::string_view secret, std::string_view text,
                        const char* hash = "SHA256") {
  std::string out(64, '\0');
  std::size_t size = 0;
  const char empty = 0;  // an empty key is a key for OpenSSL, a null pointer none
  EVP_Q_mac(nullptr, "HMAC", nullptr, hash, nullptr, secret.empty() ? &empty : secret.data(),
            secret.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
            reinterpret_cast<unsigned char*>(out.data()), out.size(), &size);
  out.resize(size);
  return out;
}

inline std::string signed_by(const KeyPair& key, crypto::jose::Algorithm algorithm,
                             std::string_view header, std::string_view payload) {
  const std::string text = encoded(header) + "." + encoded(payload);
  return text + "." + encoded(key.sign(algorithm, text));
}
inline std::string hmac_token(std::string_view secret, std::string_view header,
                              std::string_view payload) {
  const std::string text = encoded(header) + "." + encoded(payload);
  return text + "." + encoded(hmac(secret, text));
}

}  // namespace gatehouse::test
