// Keys that verify (and, of HMAC, sign) tokens, each bound to its algorithms.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/jose/algorithm.h"
#include "crypto/jose/json.h"
#include "crypto/jose/made.h"

struct evp_pkey_st;

namespace gatehouse::crypto::jose {

// A secret, or a public key.  Immutable; any thread; copies share it.  Its memory is wiped.
class Key {
 public:
  enum class Type : std::uint8_t { oct, rsa, ec, okp };

  // An HMAC secret: its bytes as they are, nothing is decoded.  `accepted`: which algorithms the
  // file names; empty: HS256.  Errors: shorter than the hash of one of them (RFC 7518 3.2), a text
  // from public documents, a PEM, certificate, JWK or SSH key.
  static Made<Key> from_secret(std::string_view secret, AlgorithmSet accepted = {});
  // A public key or certificate in PEM.  `accepted` empty: RS256, ES by curve, or EdDSA.
  // Errors: none or several in the text, RSA outside 2048 to 8192 bits or with an odd exponent
  // below 3, another curve, a point of small order, no algorithm of `accepted` fits.
  static Made<Key> from_pem(std::string_view pem, AlgorithmSet accepted = {});
  // A member of a JWK set (RFC 7517).  `oct` keys only where they are allowed.  Errors: as above;
  // alg, use or key_ops say that it is for something else; a point that is not on its curve.
  static Made<Key> from_jwk(const Json& json, const JsonNode& jwk, AlgorithmSet accepted,
                            bool oct_allowed);

  [[nodiscard]] Type type() const { return type_; }
  [[nodiscard]] AlgorithmSet algorithms() const { return algorithms_; }
  // "" : it has none, as secrets and PEM files.
  [[nodiscard]] const std::string& kid() const { return kid_; }
  // Of an HMAC key; "" of others.
  [[nodiscard]] std::string_view secret() const {
    return secret_ == nullptr ? std::string_view() : std::string_view(*secret_);
  }
  [[nodiscard]] evp_pkey_st* public_key() const { return public_key_.get(); }

 private:
  using PublicKey = std::shared_ptr<evp_pkey_st>;
  static Made<Key> checked(PublicKey key, AlgorithmSet accepted);

  Type type_ = Type::oct;
  AlgorithmSet algorithms_;
  std::string kid_;
  std::shared_ptr<const std::string> secret_;
  PublicKey public_key_;
};

// A JWK set, and what was wrong with the keys that were left out of it.
struct KeySetText {
  std::vector<Key> keys;
  std::vector<std::string> left_out;
};
// Reads {"keys": […]} of at most 256 KiB and 100 keys.  Errors: not such an object.
[[nodiscard]] Made<KeySetText> read_key_set(std::string text, AlgorithmSet accepted,
                                            bool oct_allowed);

}  // namespace gatehouse::crypto::jose
