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
#include "crypto/siphash.h"

namespace gatehouse::crypto::jose {

// Maps the SHA-256 of a token, together with what it was checked against, to what was found.
// `context` names keys and rules: it must differ when either does, so that what a lax route has
// accepted is unknown to a strict one, and a rotation forgets everything.
// An entry never outlives the token's own end, nor five minutes; a refusal never ten seconds.
// Requirements that are not part of the context (roles) are the caller's, at every hit.
// Bounded: 2,048 tokens of at most 2 KiB, and 512 refusals, in sets of four.  Where there is no
// room a token is kept when it comes for the second time; then the one that ends first leaves.  So
// tokens that come once touch a line of memory each, and hash nothing but their end.
// Thread: one at a time (a worker has its own).  Cost: 0.3 us for a token of 300 bytes that is
// known, 0.03 us for another.
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
  // These are about the token that `find` was asked about last, whose text must be there still.
  // Whether `keep` would keep it; if not, it will the next time.
  [[nodiscard]] bool wants(std::int64_t now) noexcept;
  // `dies`: when the token is dead.
  void keep(std::string_view value, std::int64_t dies, std::int64_t now);
  void refuse(TokenFault fault, std::int64_t now) noexcept;

  // Finds that were answered, of all.
  [[nodiscard]] std::uint64_t hits() const { return hits_; }

 private:
  static constexpr std::size_t kWays = 4;
  // One cache line, so that a token that is not known costs one of each table.
  struct alignas(64) TagSet {
    std::array<std::int64_t, kWays> until{};  // 0: free
    std::array<std::uint32_t, kWays> marks{};
    std::array<std::uint32_t, kWays> asked{};  // marks of others, the last one first
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
    std::int64_t until = 0;  // no entry lives longer
  };
  struct Place {
    TagSet& set;
    std::size_t way;
    Entry& entry;
  };
  [[nodiscard]] const Entry* found(Table& table, std::int64_t now) noexcept;
  [[nodiscard]] std::size_t set_of(const Table& table) const noexcept;
  [[nodiscard]] Place room(Table& table) noexcept;
  [[nodiscard]] bool is(const Table& table, std::size_t set, std::size_t way) noexcept;
  // Computes the digest, unless that was done.  False: it cannot be had.
  [[nodiscard]] bool digested() noexcept;

  Sha256 sha_;
  SipHash place_;
  Table good_;
  Table refused_;
  // The token asked about last.
  std::string_view token_;
  std::uint64_t context_ = 0;
  std::uint64_t hash_ = 0;  // of its end
  std::uint32_t mark_ = 0;  // of that
  Digest256 digest_{};
  enum class Digest : std::uint8_t { none, known, failed } state_ = Digest::failed;
  std::uint64_t hits_ = 0;
};

}  // namespace gatehouse::crypto::jose
