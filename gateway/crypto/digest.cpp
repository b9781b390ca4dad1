#include "crypto/digest.h"

#include <openssl/evp.h>

#include "crypto/owned.h"

namespace gatehouse::crypto {
namespace {

const EVP_MD* sha256() {
  // Owned: a plugin that has it is unloaded one day.
  static const Owned<EVP_MD, EVP_MD_free> md(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return md.get();
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

bool Sha256::of(std::string_view text, Digest256& out) noexcept {
  return context_ != nullptr && EVP_DigestInit_ex2(context_.get(), sha256(), nullptr) == 1 &&
         EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
         EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1;
}

}  // namespace gatehouse::crypto
