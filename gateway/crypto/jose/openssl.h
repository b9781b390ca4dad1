// What the files of this folder share about OpenSSL.
#pragma once

#include <openssl/evp.h>

#include <string_view>

#include "crypto/owned.h"

namespace gatehouse::crypto::jose {

inline const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// SHA-256, SHA-384, SHA-512 by `hash_index`; fetched once for the process.
[[nodiscard]] const EVP_MD* hash_of(std::size_t index);

}  // namespace gatehouse::crypto::jose
