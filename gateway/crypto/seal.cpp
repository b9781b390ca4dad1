#include "crypto/seal.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"
#include "crypto/base64.h"
#include "crypto/owned.h"
#include "crypto/random.h"

namespace gatehouse::crypto {
namespace {

constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;

using Context = Owned<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Seal::Seal(std::span<const std::string> secrets, std::string_view purpose) {
  for (const auto& secret : secrets) keys_.push_back(derive(secret, purpose));
}

std::string Seal::close(std::string_view plain) const {
  std::string out = random_bytes(kNonce);
  out.resize(kNonce + plain.size() + kTag);
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool good = EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr,
                                       keys_.front().data(), bytes(out)) == 1 &&
                    EVP_EncryptUpdate(context.get(), bytes(out) + kNonce, &size, bytes(plain),
                                      static_cast<int>(plain.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), bytes(out) + kNonce + size, &size) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTag,
                                        bytes(out) + kNonce + plain.size()) == 1;
  GH_CHECK(good);
  return base64url(out);
}

std::optional<std::string> Seal::open(std::string_view sealed) const {
  auto in = from_base64url(sealed);
  if (!in || in->size() < kNonce + kTag) return std::nullopt;
  const std::size_t size = in->size() - kNonce - kTag;
  std::string out(size + 1, '\0');  // never empty, so that OpenSSL has somewhere to write
  for (const auto& key : keys_) {
    const Context context(EVP_CIPHER_CTX_new());
    int written = 0;
    const bool good = EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key.data(),
                                         bytes(*in)) == 1 &&
                      EVP_DecryptUpdate(context.get(), bytes(out), &written, bytes(*in) + kNonce,
                                        static_cast<int>(size)) == 1 &&
                      EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTag,
                                          bytes(*in) + kNonce + size) == 1 &&
                      EVP_DecryptFinal_ex(context.get(), bytes(out) + written, &written) == 1;
    if (!good) continue;
    out.resize(size);
    return out;
  }
  return std::nullopt;
}

}  // namespace gatehouse::crypto
