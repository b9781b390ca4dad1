#include "net/address_counts.h"

#include <new>

#include "base/hash.h"
#include "base/random.h"

namespace gatehouse::net {
namespace {

constexpr std::uint64_t kCount = 0xffff;

// An IPv6 client owns a /64 at least: its addresses count as one.
std::string_view counted_part(const IpAddress& ip) {
  return {reinterpret_cast<const char*>(ip.bytes.data()),
          ip.family == IpAddress::Family::v6 ? 8U : 4U};
}

}  // namespace

AddressCounts::AddressCounts()
    : seed_(Random().next()),
      places_(static_cast<std::atomic<std::uint64_t>*>(
          std::calloc(kPlaces, sizeof(std::atomic<std::uint64_t>)))) {
  if (places_ == nullptr) throw std::bad_alloc();
}

std::uint64_t AddressCounts::key_of(const IpAddress& ip) const {
  return hash64(counted_part(ip), seed_) & ~kCount;
}

bool AddressCounts::enter(const IpAddress& ip, std::uint32_t most) {
  const std::uint64_t key = key_of(ip);
  const std::size_t start = key >> 48;
  for (;;) {
    std::atomic<std::uint64_t>* place = nullptr;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < kProbes; ++i) {
      auto& candidate = places_[(start + i) % kPlaces];
      const std::uint64_t value = candidate.load(std::memory_order_relaxed);
      if ((value & kCount) != 0 && (value & ~kCount) == key) {
        place = &candidate;
        seen = value;
        break;
      }
      if ((value & kCount) == 0 && place == nullptr) {
        place = &candidate;
        seen = value;
      }
    }
    if (place == nullptr) return true;
    const std::uint64_t open = (seen & ~kCount) == key ? seen & kCount : 0;
    if (open >= most || open == kCount) return false;
    if (place->compare_exchange_weak(seen, key | (open + 1), std::memory_order_relaxed))
      return true;
  }
}

void AddressCounts::leave(const IpAddress& ip) {
  const std::uint64_t key = key_of(ip);
  const std::size_t start = key >> 48;
  for (std::size_t i = 0; i < kProbes; ++i) {
    auto& place = places_[(start + i) % kPlaces];
    std::uint64_t value = place.load(std::memory_order_relaxed);
    while ((value & kCount) != 0 && (value & ~kCount) == key) {
      if (place.compare_exchange_weak(value, value - 1, std::memory_order_relaxed)) return;
    }
  }
}

}  // namespace gatehouse::net
