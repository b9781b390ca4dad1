#include "in_flight.h"

namespace rate_limit {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kCount = 0xffff;

std::size_t place(std::uint64_t hash, std::size_t count) {
  return static_cast<std::size_t>(static_cast<Wide>(hash) * count >> 64);
}

}  // namespace

InFlight::InFlight(std::size_t keys) : buckets_(keys / (kWays / 2) + 1) {}

std::atomic<std::uint64_t>* InFlight::find(const Buckets& buckets, std::uint64_t tag) {
  std::atomic<std::uint64_t>* out = nullptr;
  std::size_t most = 0;
  for (Bucket* bucket : buckets) {
    std::atomic<std::uint64_t>* free = nullptr;
    std::size_t room = 0;
    for (auto& word : bucket->words) {
      const std::uint64_t value = word.load();
      if ((value & kCount) == 0) {
        free = &word;
        ++room;
      } else if ((value & ~kCount) == tag) {
        return &word;
      }
    }
    if (room <= most) continue;
    most = room;
    out = free;
  }
  return out;
}

bool InFlight::elsewhere(const Buckets& buckets, std::uint64_t tag,
                         const std::atomic<std::uint64_t>* here) {
  for (Bucket* bucket : buckets) {
    for (auto& word : bucket->words) {
      const std::uint64_t value = word.load();
      if (&word != here && (value & kCount) != 0 && (value & ~kCount) == tag) return true;
    }
  }
  return false;
}

InFlight::Entered InFlight::enter(std::uint64_t key, std::uint32_t most) {
  const std::uint64_t tag = key << 16;
  const Buckets buckets = {&buckets_[place(key, buckets_.size())],
                           &buckets_[place(key * 0x9e3779b97f4a7c15ULL, buckets_.size())]};
  for (;;) {
    std::atomic<std::uint64_t>* word = find(buckets, tag);
    if (word == nullptr) return {};
    std::uint64_t value = word->load();
    const bool ours = (value & ~kCount) == tag;
    const auto under_way = static_cast<std::uint32_t>(value & kCount);
    if (!ours && under_way != 0) continue;  // another key took it meanwhile
    if (under_way >= most) return {Place(), under_way};
    if (!word->compare_exchange_strong(value, tag | (under_way + 1))) continue;
    Place mine(word);
    if (!elsewhere(buckets, tag, word)) return {std::move(mine), under_way + 1};
  }
}

}  // namespace rate_limit
