#include "crypto/jose/signature.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>

#include "crypto/jose/openssl.h"

namespace gatehouse::crypto::jose {
namespace {

EVP_MAC* hmac_algorithm() {
  // Owned: a plugin that has it is unloaded one day.
  static const Owned<EVP_MAC, EVP_MAC_free> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return mac.get();
}

EVP_MAC_CTX* keyed(std::string_view secret, std::size_t hash) {
  Owned<EVP_MAC_CTX, EVP_MAC_CTX_free> context(EVP_MAC_CTX_new(hmac_algorithm()));
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(kHashNames[hash]),
                                       0),
      OSSL_PARAM_construct_end()};
  if (context == nullptr ||
      EVP_MAC_init(context.get(), octets(secret), secret.size(), parameters) != 1) {
    return nullptr;
  }
  return context.release();
}

EVP_PKEY_CTX* prepared(EVP_PKEY* key, Algorithm algorithm) {
  Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  if (context == nullptr || EVP_PKEY_verify_init(context.get()) != 1) return nullptr;
  const Family family = family_of(algorithm);
  const EVP_MD* hash = hash_of(hash_index(algorithm));
  if (family != Family::ecdsa) {
    const int padding = family == Family::rsa_pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
    if (EVP_PKEY_CTX_set_rsa_padding(context.get(), padding) != 1) return nullptr;
  }
  if (EVP_PKEY_CTX_set_signature_md(context.get(), hash) != 1) return nullptr;
  if (family == Family::rsa_pss &&
      (EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), hash) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(context.get(), RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return nullptr;
  }
  return context.release();
}

// Of r and s, whose sizes are fixed by the curve (RFC 7518 3.4), the DER that OpenSSL takes.
class Der {
 public:
  explicit Der(std::string_view both) {
    const std::size_t size = both.size() / 2;
    integer(both.substr(0, size));
    integer(both.substr(size));
    // At most 2 * (3 + 67) bytes: a length of one or two bytes.
    header_[0] = 0x30;
    if (size_ < 128) {
      header_[1] = static_cast<unsigned char>(size_);
      header_size_ = 2;
    } else {
      header_[1] = 0x81;
      header_[2] = static_cast<unsigned char>(size_);
      header_size_ = 3;
    }
    begin_ = kRoom - header_size_;
    std::copy_n(header_.begin(), header_size_,
                bytes_.begin() + static_cast<std::ptrdiff_t>(begin_));
  }
  [[nodiscard]] const unsigned char* data() const { return bytes_.data() + begin_; }
  [[nodiscard]] std::size_t size() const { return header_size_ + size_; }

 private:
  static constexpr std::size_t kRoom = 3;

  void integer(std::string_view number) {
    while (number.size() > 1 && number.front() == '\0') number.remove_prefix(1);
    const bool negative = (static_cast<unsigned char>(number.front()) & 0x80) != 0;
    put(0x02);
    put(static_cast<unsigned char>(number.size() + (negative ? 1 : 0)));
    if (negative) put(0);
    for (const char c : number) put(static_cast<unsigned char>(c));
  }
  void put(unsigned char byte) { bytes_[kRoom + size_++] = byte; }

  std::array<unsigned char, 160> bytes_{};
  std::array<unsigned char, kRoom> header_{};
  std::size_t size_ = 0;
  std::size_t header_size_ = 0;
  std::size_t begin_ = 0;
};

// Bytes of r and s together.
constexpr std::array<std::size_t, 3> kEcSizes = {64, 96, 132};

bool is_zero(std::string_view number) {
  return number.find_first_not_of('\0') == std::string_view::npos;
}

}  // namespace

void SignatureOf::Free::operator()(evp_mac_ctx_st* context) const { EVP_MAC_CTX_free(context); }
void SignatureOf::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }
void SignatureOf::Free::operator()(evp_pkey_ctx_st* context) const { EVP_PKEY_CTX_free(context); }

SignatureOf::SignatureOf(Key key) : key_(std::move(key)) {}
SignatureOf::SignatureOf(SignatureOf&&) noexcept = default;
SignatureOf& SignatureOf::operator=(SignatureOf&&) noexcept = default;
SignatureOf::~SignatureOf() = default;

bool SignatureOf::hmac(Algorithm algorithm, std::string_view text, Hash& out) noexcept {
  const std::size_t hash = hash_index(algorithm);
  if (algorithm == Algorithm::HS256) {
    if (!hs256_) hs256_.emplace(key_.secret());
    Digest256 digest;
    const bool good = hs256_->of(text, digest);
    std::copy(digest.begin(), digest.end(), out.begin());
    return good;
  }
  auto& context = macs_[hash];
  if (context == nullptr) {
    context.reset(keyed(key_.secret(), hash));
    if (context == nullptr) return false;
  } else if (EVP_MAC_init(context.get(), nullptr, 0, nullptr) != 1) {
    return false;  // a NULL key begins again with the inner state kept, which takes a third
  }
  std::size_t size = 0;
  return EVP_MAC_update(context.get(), octets(text), text.size()) == 1 &&
         EVP_MAC_final(context.get(), out.data(), &size, out.size()) == 1 &&
         size == kHashSizes[hash];
}

bool SignatureOf::by_digest(Algorithm algorithm, std::string_view text,
                            std::string_view signature) noexcept {
  auto& context = verifiers_[static_cast<std::size_t>(algorithm) - 3];
  if (context == nullptr) context.reset(prepared(key_.public_key(), algorithm));
  if (digest_ == nullptr) digest_.reset(EVP_MD_CTX_new());
  Hash hash;
  unsigned size = 0;
  if (context == nullptr || digest_ == nullptr ||
      EVP_DigestInit_ex2(digest_.get(), hash_of(hash_index(algorithm)), nullptr) != 1 ||
      EVP_DigestUpdate(digest_.get(), text.data(), text.size()) != 1 ||
      EVP_DigestFinal_ex(digest_.get(), hash.data(), &size) != 1) {
    return false;
  }
  if (key_.type() == Key::Type::rsa) {
    return signature.size() == static_cast<std::size_t>(EVP_PKEY_get_size(key_.public_key())) &&
           EVP_PKEY_verify(context.get(), octets(signature), signature.size(), hash.data(), size) ==
               1;
  }
  if (signature.size() != kEcSizes[hash_index(algorithm)]) return false;
  const std::size_t half = signature.size() / 2;
  if (is_zero(signature.substr(0, half)) || is_zero(signature.substr(half))) return false;
  const Der der(signature);
  return EVP_PKEY_verify(context.get(), der.data(), der.size(), hash.data(), size) == 1;
}

// The one-shot form is the only one for these, and takes no prepared context.
bool SignatureOf::edwards(std::string_view text, std::string_view signature) noexcept {
  if (digest_ == nullptr) digest_.reset(EVP_MD_CTX_new());
  if (digest_ == nullptr || EVP_MD_CTX_reset(digest_.get()) != 1 ||
      signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(key_.public_key()))) {
    return false;
  }
  return EVP_DigestVerifyInit(digest_.get(), nullptr, nullptr, nullptr, key_.public_key()) == 1 &&
         EVP_DigestVerify(digest_.get(), octets(signature), signature.size(), octets(text),
                          text.size()) == 1;
}

bool SignatureOf::verify(Algorithm algorithm, std::string_view text,
                         std::string_view signature) noexcept {
  if (!key_.algorithms().has(algorithm)) return false;
  bool good = false;
  if (family_of(algorithm) == Family::hmac) {
    Hash hash;
    good = key_.type() == Key::Type::oct && hmac(algorithm, text, hash) &&
           signature.size() == kHashSizes[hash_index(algorithm)] &&
           CRYPTO_memcmp(hash.data(), signature.data(), signature.size()) == 0;
  } else if (key_.public_key() != nullptr) {
    good = family_of(algorithm) == Family::eddsa ? edwards(text, signature)
                                                 : by_digest(algorithm, text, signature);
  }
  if (!good) ERR_clear_error();
  return good;
}

std::optional<std::string> SignatureOf::sign(Algorithm algorithm, std::string_view text) {
  Hash hash;
  if (!key_.algorithms().has(algorithm) || key_.type() != Key::Type::oct ||
      !hmac(algorithm, text, hash)) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(hash.data()), kHashSizes[hash_index(algorithm)]);
}

}  // namespace gatehouse::crypto::jose
