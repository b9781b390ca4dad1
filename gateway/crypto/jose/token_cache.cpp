#include "crypto/jose/token_cache.h"

#include <algorithm>
#include <cstring>

namespace gatehouse::crypto::jose {
namespace {

constexpr std::size_t kGood = 2048;
constexpr std::size_t kRefused = 512;
constexpr std::size_t kWays = 4;
constexpr std::size_t kLargestValue = 2048;
constexpr std::int64_t kLongest = 5 * 60;
constexpr std::int64_t kLongestRefusal = 10;

}  // namespace

TokenCache::TokenCache() : good_(kGood), refused_(kRefused) {}

// The digest is as good as random: its bytes are an index, and nobody can choose tokens of one set
// without trying hashes for each of them.
TokenCache::Entry* TokenCache::found(std::vector<Entry>& table, std::int64_t now) noexcept {
  std::uint64_t index = 0;
  std::memcpy(&index, digest_.data(), sizeof index);
  Entry* const set = &table[index % (table.size() / kWays) * kWays];
  for (Entry* entry = set; entry != set + kWays; ++entry) {
    if (entry->context == context_ && entry->digest == digest_ && now < entry->until) return entry;
  }
  return nullptr;
}

TokenCache::Entry& TokenCache::room(std::vector<Entry>& table) noexcept {
  std::uint64_t index = 0;
  std::memcpy(&index, digest_.data(), sizeof index);
  Entry* const set = &table[index % (table.size() / kWays) * kWays];
  for (Entry* entry = set; entry != set + kWays; ++entry) {
    if (entry->context == context_ && entry->digest == digest_) return *entry;
  }
  return *std::min_element(set, set + kWays,
                           [](const Entry& a, const Entry& b) { return a.until < b.until; });
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
  Entry& entry = room(good_);
  entry.until = 0;
  entry.value.assign(value);
  entry.digest = digest_;
  entry.context = context_;
  entry.until = std::min(dies, now + kLongest);
}

void TokenCache::refuse(TokenFault fault, std::int64_t now) noexcept {
  // What was too long or has too many dots is refused faster than it is hashed, and memory that is
  // short now may not be in a moment.
  if (!asked_ || fault == TokenFault::not_checked) return;
  Entry& entry = room(refused_);
  entry.digest = digest_;
  entry.context = context_;
  entry.fault = fault;
  entry.until = now + kLongestRefusal;
}

}  // namespace gatehouse::crypto::jose
