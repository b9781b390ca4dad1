// Numbered elements that never move, so that one thread can read what another counts while there
// come to be more.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

#include "observe/untouched.h"

namespace gatehouse::observe {

// Where the labels of a series stand; stable for as long as any generation uses it.
using Slot = std::uint32_t;

// Block k holds 16 << k elements.  The small ones are made at once; the large are memory that takes
// no room before an element is counted in, for of many rules most are asked for seldom.
// Thread: `grow` by one (control, before it hands out a slot); `[]` by the worker; `find` by any.
// Cost: `[]` is a bit count and two loads.
template <typename T>
class Series {
 public:
  Series() = default;
  Series(const Series&) = delete;
  Series& operator=(const Series&) = delete;
  ~Series() {
    for (std::size_t k = 0; k < kBlocks; ++k) {
      if (mapped(k)) {
        unmap_untouched(blocks_[k].load(), sizeof(T) << k << kSmallestBits);
      } else {
        std::unique_ptr<T[]>(blocks_[k].load());
      }
    }
  }

  // Makes room for slots below `size`.  Errors: std::bad_alloc.
  void grow(std::size_t size) {
    for (std::size_t k = 0; k < kBlocks && first_of(k) < size; ++k) {
      if (blocks_[k].load(std::memory_order_relaxed) != nullptr) continue;
      // An element of zero bytes is one that has counted nothing.
      T* block = mapped(k) ? static_cast<T*>(map_untouched(sizeof(T) << k << kSmallestBits))
                           : new T[kSmallest << k]();
      blocks_[k].store(block, std::memory_order_release);
    }
  }
  // `slot` must be below what `grow` was told.
  [[nodiscard]] T& operator[](Slot slot) noexcept {
    const Place p = place(slot);
    return blocks_[p.block].load(std::memory_order_acquire)[p.index];
  }
  // What comes next is a write to it: it should be in the cache by then.
  void expect(Slot slot) noexcept {
    const char* one = reinterpret_cast<const char*>(&(*this)[slot]);
    for (std::size_t at = 0; at < sizeof(*this)[slot]; at += 64) __builtin_prefetch(one + at, 1);
  }
  // Null: never grown so far.
  [[nodiscard]] const T* find(Slot slot) const noexcept {
    const Place p = place(slot);
    const T* block = blocks_[p.block].load(std::memory_order_acquire);
    return block == nullptr ? nullptr : block + p.index;
  }

 private:
  static_assert(std::is_trivially_destructible_v<T>);
  static constexpr std::size_t kSmallestBits = 4;
  static constexpr std::size_t kSmallest = std::size_t{1} << kSmallestBits;
  static constexpr std::size_t kMapped = 65536;  // bytes; below it pages would be wasted
  static constexpr std::size_t kBlocks = 24;
  struct Place {
    std::size_t block;
    std::size_t index;
  };
  static constexpr bool mapped(std::size_t k) {
    return (sizeof(T) << k << kSmallestBits) >= kMapped;
  }
  static constexpr std::size_t first_of(std::size_t k) { return (kSmallest << k) - kSmallest; }
  static constexpr Place place(Slot slot) noexcept {
    const std::size_t shifted = slot + kSmallest;
    const auto k = static_cast<std::size_t>(std::bit_width(shifted)) - 5;
    return {k, shifted - (kSmallest << k)};
  }

  std::array<std::atomic<T*>, kBlocks> blocks_{};
};

}  // namespace gatehouse::observe
