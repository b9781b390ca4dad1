// A number for each of a million keys, shared by all workers without a lock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "limit.h"

namespace rate_limit {

// Slots of 16 bytes, eight of key and eight of state: a time, or what else a limit makes of it.  A
// key has two buckets of eight slots: at the load that the table is made for, one of them has room
// for it (of 2 * 10^8 keys none was without; with one bucket of 16 it would be 1 of 250).  Both lie
// in one page, whose address is what takes longest to look up.  An entry whose
// time has passed equals one that is not there, so that taking its place loses nothing. A key is a
// hash of 64 bits under a secret of the process: two that are equal share a limit, which a client
// cannot bring about.
//
// Any thread.  Key and time are two words, each changed by itself (Debian's g++ has no lock-free
// compare-and-swap on sixteen bytes).  Whatever threads do at once, no more is admitted than one
// after another would be:
// - a slot changes hands by its time: from one that has passed to kTaken, so that its owner, who
//   charges it by a compare-and-swap from what was read, cannot miss that it is gone;
// - two threads may make a slot each for one key.  Each request is decided by the later of the two
//   times, and who has charged one slot looks for another, which it charges, too.
class Table {
 public:
  // For `keys` that are alive at once.  Memory is zero pages until it is used: 29 MiB for a
  // million.
  explicit Table(std::size_t keys);

  // Decides about one request of `key` at `now` (nanoseconds, above 0), and keeps what follows.
  // With more keys than the table is made for, a key may be charged to another's slot, always the
  // same, and so get less than its due.
  [[nodiscard]] Decision admit(std::uint64_t key, const Limit& limit, std::int64_t now) noexcept;

  // `key` will be asked about in a moment: has its slots brought, which take longer than the
  // decision.
  void expect(std::uint64_t key) const noexcept;

  [[nodiscard]] std::size_t bytes() const { return pages_ * kInPage * sizeof(Bucket); }

 private:
  struct Slot {
    std::uint64_t key;
    std::int64_t arrival;
  };
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kInPage = 32;  // buckets
  struct alignas(128) Bucket {
    Slot slots[kWays];
  };
  struct Unmap {
    std::size_t bytes;
    void operator()(Bucket* buckets) const;
  };
  struct Found {
    Slot* own = nullptr;  // the first that has the key
    std::int64_t own_arrival = 0;
    std::int64_t latest = 0;  // of all that have it
    Slot* free = nullptr;     // one whose time has passed, in the emptier bucket
    std::int64_t free_arrival = 0;
  };

  using Buckets = std::array<Bucket*, 2>;

  [[nodiscard]] Buckets buckets_of(std::uint64_t key) const noexcept;
  // `passed`: a state of at most this equals absence.
  [[nodiscard]] static Found find(const Buckets& buckets, std::uint64_t key,
                                  std::int64_t passed) noexcept;
  // Brings states of `key` that the limit cannot have made down to what it can.
  static void lower(const Buckets& buckets, std::uint64_t key, const Limit& limit,
                    std::int64_t now) noexcept;
  static void find_free(const Buckets& buckets, std::int64_t passed, Found& out) noexcept;

  std::size_t pages_;
  std::unique_ptr<Bucket[], Unmap> buckets_;
};

}  // namespace rate_limit
