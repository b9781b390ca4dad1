// Tokens that verified a moment ago, so that the next request with one of them costs a hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/digest.h"
#include "crypto/jose/token_fault.h"

namespace gatehouse::crypto::jose {

// Maps the SHA-256 of a token, together with what it was checked against, to what was found.
// `context` names keys and rules: it must differ when either does, so that what a lax route has
// accepted is unknown to a strict one, and a rotation forgets everything.
// An entry never outlives the token's own end, nor five minutes; a refusal never ten seconds.
// Requirements that are not part of the context (roles) are the caller's, at every hit.
// Bounded: 2,048 tokens of at most 2 KiB, and 512 refusals, in sets of four; the one that ends
// first leaves.  Thread: one at a time (a worker has its own).  Cost: 0.3 us for a token of 300
// bytes.
class TokenCache {
 public:
  TokenCache();

  // What is known of a token: either what `keep` was given, or why it was refused.
  struct Known {
    std::string_view value;  // until the next call
    std::optional<TokenFault> refused;
  };
  // Nothing: not known, or no longer.  `now`: seconds since 1970.
  [[nodiscard]] std::optional<Known> find(std::string_view token, std::uint64_t context,
                                          std::int64_t now) noexcept;
  // Both are about the token that `find` was asked about last.  `dies`: when the token is dead.
  void keep(std::string_view value, std::int64_t dies, std::int64_t now);
  void refuse(TokenFault fault, std::int64_t now) noexcept;

  // Finds that were answered, of all.
  [[nodiscard]] std::uint64_t hits() const { return hits_; }

 private:
  struct Entry {
    Digest256 digest{};
    std::uint64_t context = 0;
    std::int64_t until = 0;  // 0: free
    std::string value;
    TokenFault fault = TokenFault::not_checked;
  };
  Entry* found(std::vector<Entry>& table, std::int64_t now) noexcept;
  Entry& room(std::vector<Entry>& table) noexcept;

  Sha256 sha_;
  std::vector<Entry> good_;
  std::vector<Entry> refused_;
  Digest256 digest_{};  // of the token asked about last
  std::uint64_t context_ = 0;
  bool asked_ = false;
  std::uint64_t hits_ = 0;
};

}  // namespace gatehouse::crypto::jose
