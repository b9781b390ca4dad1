// Small texts that clients keep for the gateway and can neither read nor change.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/derive.h"

namespace gatehouse::crypto {

// AES-256-GCM under keys derived from secrets (HKDF-SHA256, RFC 5869), nonces random: one secret is
// good for 2^32 seals (NIST SP 800-38D 8.3).  Immutable; any thread.
// Cost: 1 to 2 us for a seal or an opening.
class Seal {
 public:
  // What is sealed for one purpose is not opened for another.  The first secret seals, all open.
  Seal(std::span<const std::string> secrets, std::string_view purpose);

  // base64url, (28 + |plain|) * 4/3 characters.
  [[nodiscard]] std::string close(std::string_view plain) const;
  // Nothing: not sealed by one of the secrets for this purpose, or changed since.
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace gatehouse::crypto
