#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <array>

#include "crypto/base64.h"
#include "crypto/jose/key.h"
#include "crypto/jose/openssl.h"

namespace gatehouse::crypto::jose {
namespace {

using Number = Owned<BIGNUM, BN_free>;

struct Curve {
  std::string_view jwk;
  const char* openssl;
  std::size_t size;  // of a coordinate
};
constexpr std::array<Curve, 3> kCurves = {{
    {"P-256", "prime256v1", 32},
    {"P-384", "secp384r1", 48},
    {"P-521", "secp521r1", 66},
}};

// A JWK's members.
class Members {
 public:
  Members(const Json& json, const JsonNode& jwk) : json_(json), jwk_(jwk) {}

  // "": not there, or no string.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    const JsonNode* node = json_.find(jwk_, name);
    return node == nullptr || node->type != JsonType::string ? std::string_view() : node->text;
  }
  [[nodiscard]] std::string bytes(std::string_view name) const {
    return from_base64url(text(name)).value_or(std::string());
  }
  [[nodiscard]] const JsonNode* find(std::string_view name) const { return json_.find(jwk_, name); }
  [[nodiscard]] const Json& json() const { return json_; }

 private:
  const Json& json_;
  const JsonNode& jwk_;
};

Number number_of(std::string_view bytes) {
  return Number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

EVP_PKEY* made_of(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get());
  return key;
}

EVP_PKEY* rsa_key(const Members& jwk) {
  constexpr std::size_t kLargest = 8192 / 8;
  const std::string modulus = jwk.bytes("n");
  const std::string exponent = jwk.bytes("e");
  if (modulus.empty() || modulus.size() > kLargest + 1 || exponent.empty() || exponent.size() > 8) {
    return nullptr;
  }
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  return made_of("RSA", builder.get());
}

EVP_PKEY* ec_key(const Members& jwk) {
  for (const auto& curve : kCurves) {
    if (curve.jwk != jwk.text("crv")) continue;
    const std::string x = jwk.bytes("x");
    const std::string y = jwk.bytes("y");
    if (x.size() != curve.size || y.size() != curve.size) return nullptr;
    std::string point = "\x04";  // not compressed (SEC 1 2.3.3)
    (point += x) += y;
    const Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.openssl, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    return made_of("EC", builder.get());
  }
  return nullptr;
}

EVP_PKEY* okp_key(const Members& jwk) {
  const std::string_view curve = jwk.text("crv");
  if (curve != "Ed25519" && curve != "Ed448") return nullptr;
  const std::string point = jwk.bytes("x");
  return EVP_PKEY_new_raw_public_key(curve == "Ed448" ? EVP_PKEY_ED448 : EVP_PKEY_ED25519, nullptr,
                                     octets(point), point.size());
}

// What the key says that it is for; the error names the member that says something else.
Made<AlgorithmSet> purpose_of(const Members& jwk, AlgorithmSet accepted) {
  if (jwk.find("use") != nullptr && jwk.text("use") != "sig") return refused("its use is not sig");
  if (const JsonNode* operations = jwk.find("key_ops")) {
    bool verifies = false;
    jwk.json().each(*operations, [&](const JsonNode& operation) {
      verifies = verifies || (operation.type == JsonType::string && operation.text == "verify");
    });
    if (!verifies) return refused("its key_ops have no verify");
  }
  if (jwk.find("alg") == nullptr) return accepted;
  const auto algorithm = algorithm_of(jwk.text("alg"));
  if (!algorithm) return refused("its alg is not a signature algorithm that exists here");
  if (!accepted.empty() && !accepted.has(*algorithm)) return refused("its alg is not accepted");
  return AlgorithmSet{*algorithm};
}

bool is_kid(std::string_view kid) {
  for (const char c : kid) {
    if (c < 0x21 || c > 0x7e) return false;
  }
  return !kid.empty() && kid.size() <= 256;
}

}  // namespace

Made<Key> Key::from_jwk(const Json& json, const JsonNode& jwk, AlgorithmSet accepted,
                        bool oct_allowed) {
  const Members members(json, jwk);
  if (jwk.type != JsonType::object) return refused("it is no object");
  const bool named = members.find("kid") != nullptr;
  if (named && !is_kid(members.text("kid")))
    return refused("its kid is not 1 to 256 visible characters");
  const auto purpose = purpose_of(members, accepted);
  if (!purpose) return tl::make_unexpected(purpose.error());
  const std::string_view type = members.text("kty");
  Made<Key> made = refused("its kty is unknown");
  if (type == "oct") {
    if (!oct_allowed) return refused("a secret has no place in a set that others can fetch");
    made = from_secret(members.bytes("k"), *purpose);
  } else if (type == "RSA" || type == "EC" || type == "OKP") {
    PublicKey key(type == "RSA"  ? rsa_key(members)
                  : type == "EC" ? ec_key(members)
                                 : okp_key(members),
                  EVP_PKEY_free);
    made = key == nullptr ? refused("its numbers make no key") : checked(std::move(key), *purpose);
    ERR_clear_error();
  }
  if (made) made->kid_ = members.text("kid");
  return made;
}

Made<KeySetText> read_key_set(std::string text, AlgorithmSet accepted, bool oct_allowed) {
  constexpr std::size_t kLargest = 256 * 1024;
  constexpr std::size_t kMostKeys = 100;
  if (text.size() > kLargest) return refused("a key set of more than 256 KiB");
  Json json({.depth = 8, .members = 8192, .nodes = 16384});
  if (json.read(text.data(), text.size())) return refused("a key set that is not one JSON object");
  const JsonNode* keys = json.find("keys");
  if (keys == nullptr || keys->type != JsonType::array) return refused("a key set without keys");
  KeySetText out;
  std::size_t count = 0;
  json.each(*keys, [&](const JsonNode& jwk) {
    if (++count > kMostKeys) return;
    auto key = Key::from_jwk(json, jwk, accepted, oct_allowed);
    if (key) {
      out.keys.push_back(std::move(*key));
    } else {
      out.left_out.push_back("key " + std::to_string(count) + ": " + key.error());
    }
  });
  if (count > kMostKeys) return refused("a key set of more than 100 keys");
  return out;
}

}  // namespace gatehouse::crypto::jose
