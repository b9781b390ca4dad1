#include "tls/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace gatehouse::tls {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio memory(const std::string& bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free};
}

int no_password(char*, int, int, void*) { return -1; }

std::optional<std::string> read(const config::Text& file, const config::Source& source,
                                config::Diagnostics& diagnostics) {
  if (file.value.empty()) return std::nullopt;
  auto bytes = source.read_file(file.value);
  if (bytes) return *bytes;
  config::add(diagnostics,
              {config::Severity::error, "unreadable-file", file.span, bytes.error().text(),
               "relative paths start at the folder of this file"});
  return std::nullopt;
}

}  // namespace

void check_certificate(const config::CertificateSpec& pair, const config::Source& source,
                       config::Diagnostics& diagnostics) {
  const auto refuse = [&](const config::Text& at, const char* message) {
    config::add(diagnostics, {config::Severity::error, "bad-certificate", at.span,
                              "'" + at.value + "' " + message, ""});
    ERR_clear_error();
  };
  const auto cert_bytes = read(pair.cert, source, diagnostics);
  const auto key_bytes = read(pair.key, source, diagnostics);
  Certificate cert(nullptr, &X509_free);
  Key key(nullptr, &EVP_PKEY_free);
  if (cert_bytes) {
    cert.reset(PEM_read_bio_X509(memory(*cert_bytes).get(), nullptr, &no_password, nullptr));
    if (!cert) refuse(pair.cert, "holds no certificate in PEM form");
  }
  if (key_bytes) {
    key.reset(PEM_read_bio_PrivateKey(memory(*key_bytes).get(), nullptr, &no_password, nullptr));
    if (!key) refuse(pair.key, "holds no private key in PEM form, or one with a password");
  }
  if (cert && key && X509_check_private_key(cert.get(), key.get()) != 1)
    refuse(pair.key, "is not the key of the certificate");
}

}  // namespace gatehouse::tls
