// OpenSSL's objects with an owner.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string_view>

namespace gatehouse::crypto::jose {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <typename T, auto Free>
using Owned = std::unique_ptr<T, Freer<Free>>;

inline const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// SHA-256, SHA-384, SHA-512 by `hash_index`; fetched once for the process.
[[nodiscard]] const EVP_MD* hash_of(std::size_t index);

}  // namespace gatehouse::crypto::jose
