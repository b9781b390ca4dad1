#include "crypto/signer.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"
#include "crypto/base64.h"

namespace gatehouse::crypto {
namespace {

std::string hmac(const Key& key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  GH_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                reinterpret_cast<const unsigned char*>(text.data()), text.size(), out,
                &size) != nullptr);
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace

Signer::Signer(std::span<const std::string> secrets, std::string_view purpose) {
  for (const auto& secret : secrets) keys_.push_back(derive(secret, purpose));
}

std::string Signer::sign(std::string_view text) const {
  return base64url(hmac(keys_.front(), text));
}

bool Signer::valid(std::string_view text, std::string_view signature) const {
  const auto given = from_base64url(signature);
  bool good = false;
  for (const auto& key : keys_) {
    const std::string made = hmac(key, text);
    good = (given && given->size() == made.size() &&
            CRYPTO_memcmp(given->data(), made.data(), made.size()) == 0) ||
           good;
  }
  return good;
}

}  // namespace gatehouse::crypto
