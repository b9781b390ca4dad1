// Tokens that verified a moment ago, so that the next request with one of them costs a hash.
#pragma once

#include <array>
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
  static constexpr std::size_t kWays = 4;
  struct Tag {
    std::uint64_t mark = 0;  // of the digest
    std::int64_t until = 0;  // 0: free
  };
  // One cache line, so that a token that is not known costs one of each table.
  struct alignas(64) TagSet {
    std::array<Tag, kWays> tags;
  };
  struct Entry {
    Digest256 digest{};
    std::uint64_t context = 0;
    std::string value;
    TokenFault fault = TokenFault::not_checked;
  };
  struct Table {
    explicit Table(std::size_t size) : sets(size / kWays), entries(size) {}
    std::vector<TagSet> sets;
    std::vector<Entry> entries;
  };
  struct Place {
    Tag& tag;
    Entry& entry;
  };
  [[nodiscard]] const Entry* found(Table& table, std::int64_t now) const noexcept;
  [[nodiscard]] Place room(Table& table) const noexcept;
  [[nodiscard]] bool is(const Table& table, std::size_t set, std::size_t way) const noexcept;
  // Bytes of the digest as a number.
  [[nodiscard]] std::uint64_t part(std::size_t which) const noexcept;

  Sha256 sha_;
  Table good_;
  Table refused_;
  Digest256 digest_{};  // of the token asked about last
  std::uint64_t context_ = 0;
  bool asked_ = false;
  std::uint64_t hits_ = 0;
};

}  // namespace gatehouse::crypto::jose
