#include "crypto/jose/token_cache.h"

#include <algorithm>
#include <cstring>

namespace gatehouse::crypto::jose {
namespace {

constexpr std::size_t kGood = 2048;
constexpr std::size_t kRefused = 512;
constexpr std::size_t kLargestValue = 2048;
constexpr std::int64_t kLongest = 5 * 60;
constexpr std::int64_t kLongestRefusal = 10;

}  // namespace

TokenCache::TokenCache() : good_(kGood), refused_(kRefused) {}

std::uint64_t TokenCache::part(std::size_t which) const noexcept {
  std::uint64_t out = 0;
  std::memcpy(&out, digest_.data() + which * sizeof out, sizeof out);
  return out;
}

bool TokenCache::is(const Table& table, std::size_t set, std::size_t way) const noexcept {
  const Entry& entry = table.entries[set * kWays + way];
  return table.sets[set].tags[way].mark == part(1) && entry.context == context_ &&
         entry.digest == digest_;
}

// The digest is as good as random: its bytes are an index, and nobody can choose tokens of one set
// without trying hashes for each of them.
const TokenCache::Entry* TokenCache::found(Table& table, std::int64_t now) const noexcept {
  const std::size_t set = part(0) % table.sets.size();
  for (std::size_t way = 0; way < kWays; ++way) {
    if (now < table.sets[set].tags[way].until && is(table, set, way)) {
      return &table.entries[set * kWays + way];
    }
  }
  return nullptr;
}

TokenCache::Place TokenCache::room(Table& table) const noexcept {
  const std::size_t set = part(0) % table.sets.size();
  auto& tags = table.sets[set].tags;
  std::size_t best = 0;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (is(table, set, way)) {
      best = way;
      break;
    }
    if (tags[way].until < tags[best].until) best = way;
  }
  return {tags[best], table.entries[set * kWays + best]};
}

std::optional<TokenCache::Known> TokenCache::find(std::string_view token, std::uint64_t context,
                                                  std::int64_t now) noexcept {
  context_ = context;
  asked_ = sha_.of(token, digest_);
  if (!asked_) return std::nullopt;
  if (const Entry* entry = found(good_, now)) {
    ++hits_;
    return Known{entry->value, std::nullopt};
  }
  if (const Entry* entry = found(refused_, now)) {
    ++hits_;
    return Known{{}, entry->fault};
  }
  return std::nullopt;
}

void TokenCache::keep(std::string_view value, std::int64_t dies, std::int64_t now) {
  if (!asked_ || value.size() > kLargestValue) return;
  const auto [tag, entry] = room(good_);
  tag.until = 0;
  entry.value.assign(value);
  entry.digest = digest_;
  entry.context = context_;
  tag = {part(1), std::min(dies, now + kLongest)};
}

void TokenCache::refuse(TokenFault fault, std::int64_t now) noexcept {
  // What was too long or has too many dots is refused faster than it is hashed, and memory that is
  // short now may not be in a moment.
  if (!asked_ || fault == TokenFault::not_checked) return;
  const auto [tag, entry] = room(refused_);
  entry.digest = digest_;
  entry.context = context_;
  entry.fault = fault;
  tag = {part(1), now + kLongestRefusal};
}

}  // namespace gatehouse::crypto::jose
