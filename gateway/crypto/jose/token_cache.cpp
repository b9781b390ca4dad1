#include "crypto/jose/token_cache.h"

#include <algorithm>

#include "crypto/random.h"

namespace gatehouse::crypto::jose {
namespace {

constexpr std::size_t kGood = 2048;
constexpr std::size_t kRefused = 512;
constexpr std::size_t kLargestValue = 2048;
constexpr std::int64_t kLongest = 5 * 60;
constexpr std::int64_t kLongestRefusal = 10;
constexpr std::size_t kEnd = 32;  // of a signature, nearly

}  // namespace

TokenCache::TokenCache() : place_(random_bytes(16)), good_(kGood), refused_(kRefused) {}

bool TokenCache::digested() noexcept {
  if (state_ == Digest::none) state_ = sha_.of(token_, digest_) ? Digest::known : Digest::failed;
  return state_ == Digest::known;
}

// A token is looked for by a hash of its end, which costs little, and known by its digest.
std::size_t TokenCache::set_of(const Table& table) const noexcept {
  return static_cast<std::size_t>(hash_ % table.sets.size());
}

bool TokenCache::is(const Table& table, std::size_t set, std::size_t way) noexcept {
  const Entry& entry = table.entries[set * kWays + way];
  return table.sets[set].marks[way] == mark_ && entry.context == context_ && digested() &&
         entry.digest == digest_;
}

const TokenCache::Entry* TokenCache::found(Table& table, std::int64_t now) noexcept {
  if (now >= table.until) return nullptr;
  const std::size_t set = set_of(table);
  for (std::size_t way = 0; way < kWays; ++way) {
    if (now < table.sets[set].until[way] && is(table, set, way))
      return &table.entries[set * kWays + way];
  }
  return nullptr;
}

TokenCache::Place TokenCache::room(Table& table) noexcept {
  const std::size_t set = set_of(table);
  TagSet& tags = table.sets[set];
  std::size_t best = 0;
  for (std::size_t way = 0; way < kWays; ++way) {
    if (is(table, set, way)) {
      best = way;
      break;
    }
    if (tags.until[way] < tags.until[best]) best = way;
  }
  return {tags, best, table.entries[set * kWays + best]};
}

std::optional<TokenCache::Known> TokenCache::find(std::string_view token, std::uint64_t context,
                                                  std::int64_t now) noexcept {
  token_ = token;
  context_ = context;
  hash_ = place_(token.substr(token.size() - std::min(token.size(), kEnd)));
  mark_ = static_cast<std::uint32_t>(hash_ >> 32) | 1;  // 0: nobody's
  state_ = Digest::none;
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

bool TokenCache::wants(std::int64_t now) noexcept {
  const std::size_t set = set_of(good_);
  TagSet& tags = good_.sets[set];
  for (std::size_t way = 0; way < kWays; ++way) {
    if (tags.until[way] <= now || tags.marks[way] == mark_ || tags.asked[way] == mark_) return true;
  }
  std::copy_backward(tags.asked.begin(), tags.asked.end() - 1, tags.asked.end());
  tags.asked.front() = mark_;
  return false;
}

void TokenCache::keep(std::string_view value, std::int64_t dies, std::int64_t now) {
  if (value.size() > kLargestValue || !wants(now) || !digested()) return;
  const auto [tags, way, entry] = room(good_);
  tags.until[way] = 0;
  entry.value.assign(value);
  entry.digest = digest_;
  entry.context = context_;
  tags.marks[way] = mark_;
  tags.until[way] = std::min(dies, now + kLongest);
  good_.until = std::max(good_.until, tags.until[way]);
}

void TokenCache::refuse(TokenFault fault, std::int64_t now) noexcept {
  // What was too long or has too many dots is refused faster than it is hashed, and memory that is
  // short now may not be in a moment.
  if (fault == TokenFault::not_checked || !digested()) return;
  const auto [tags, way, entry] = room(refused_);
  entry.digest = digest_;
  entry.context = context_;
  entry.fault = fault;
  tags.marks[way] = mark_;
  tags.until[way] = now + kLongestRefusal;
  refused_.until = std::max(refused_.until, tags.until[way]);
}

}  // namespace gatehouse::crypto::jose
