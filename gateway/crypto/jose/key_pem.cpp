#include <openssl/decoder.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "crypto/jose/key.h"
#include "crypto/jose/openssl.h"

namespace gatehouse::crypto::jose {
namespace {

using Bio = Owned<BIO, BIO_free_all>;

Bio reader_of(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

EVP_PKEY* key_of_certificate(std::string_view pem) {
  const Bio bio = reader_of(pem);
  const Owned<X509, X509_free> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  return certificate == nullptr ? nullptr : X509_get_pubkey(certificate.get());
}

// SubjectPublicKeyInfo, and the older PKCS#1 form of RSA.
EVP_PKEY* key_of_pem(std::string_view pem) {
  EVP_PKEY* key = nullptr;
  const Bio bio = reader_of(pem);
  const Owned<OSSL_DECODER_CTX, OSSL_DECODER_CTX_free> decoder(OSSL_DECODER_CTX_new_for_pkey(
      &key, "PEM", nullptr, nullptr, EVP_PKEY_PUBLIC_KEY, nullptr, nullptr));
  if (decoder == nullptr || OSSL_DECODER_from_bio(decoder.get(), bio.get()) != 1) return nullptr;
  return key;
}

}  // namespace

Made<Key> Key::from_pem(std::string_view pem, AlgorithmSet accepted) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::size_t kLargest = 64 * 1024;
  const std::size_t begin = pem.find(kBegin);
  if (begin == std::string_view::npos || pem.size() > kLargest)
    return refused("no public key in PEM");
  if (pem.find(kBegin, begin + 1) != std::string_view::npos) {
    return refused("several keys in one PEM file", "one file a key");
  }
  const std::string_view kind = pem.substr(begin + kBegin.size());
  if (kind.substr(0, kind.find('\n')).find("PRIVATE KEY") != std::string_view::npos) {
    return refused("a private key", "only its public half belongs here: openssl pkey -pubout");
  }
  PublicKey key(kind.starts_with("CERTIFICATE") ? key_of_certificate(pem) : key_of_pem(pem),
                EVP_PKEY_free);
  ERR_clear_error();
  if (key == nullptr) return refused("no public key in PEM");
  auto made = checked(std::move(key), accepted);
  ERR_clear_error();
  return made;
}

}  // namespace gatehouse::crypto::jose
