// Texts that the gateway knows again as its own, although strangers carry them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/derive.h"

namespace gatehouse::crypto {

// HMAC-SHA256 (RFC 2104) under keys derived from secrets.  Immutable; any thread.
// Cost: about 1 us for a signature, and for each secret that one is compared with.
class Signer {
 public:
  // What is signed for one purpose is not valid for another.  The first secret signs, all verify.
  Signer(std::span<const std::string> secrets, std::string_view purpose);

  // base64url, 43 characters.
  [[nodiscard]] std::string sign(std::string_view text) const;
  // Compares in a time that does not depend on where the two differ.
  [[nodiscard]] bool valid(std::string_view text, std::string_view signature) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace gatehouse::crypto
