// Which of many blocks of addresses hold an address, without trying each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/hash.h"
#include "config/scalar.h"
#include "routing/subject.h"

namespace gatehouse::routing {

[[nodiscard]] bool contains(const config::AddressBlock& block, AddressBytes address);

// Numbers in order, among which the last that is not above another is found.  What is read on the
// way lies side by side: with many of them a step of a binary search is a miss of the cache.
// Immutable once built.
template <typename Number>
class Ladder {
 public:
  Ladder() = default;
  // Sorted; no two are the same.
  explicit Ladder(std::vector<Number> numbers) {
    while (!numbers.empty()) {
      std::vector<Number> fewer;
      for (std::size_t i = 0; numbers.size() > kStep && i < numbers.size(); i += kStep)
        fewer.push_back(numbers[i]);
      numbers.shrink_to_fit();
      rungs_.insert(rungs_.begin(), std::move(numbers));
      numbers = std::move(fewer);
    }
  }

  // The place of the last that is at most `number`; -1: there is none.
  [[nodiscard]] std::ptrdiff_t find(Number number) const {
    std::ptrdiff_t at = 0;
    for (const auto& rung : rungs_) {
      const auto begin = rung.begin() + at * static_cast<std::ptrdiff_t>(kStep);
      const auto end = begin + std::min<std::ptrdiff_t>(kStep, rung.end() - begin);
      at = std::upper_bound(begin, end, number) - rung.begin() - 1;
      if (at < 0) return -1;
    }
    return rungs_.empty() ? -1 : at;
  }

 private:
  static constexpr std::size_t kStep = 64 / sizeof(Number);  // a line of the cache
  std::vector<std::vector<Number>> rungs_;                   // each has every kStep-th of the next
};

// Blocks are disjoint or one holds the other, so they cut the line of all addresses into segments,
// each with an innermost block, which knows the one around it.  Immutable once built.
class CidrIndex {
 public:
  struct Entry {
    config::AddressBlock block;
    std::uint32_t value;
  };
  CidrIndex() = default;
  // No two entries have the same block.
  explicit CidrIndex(std::vector<Entry> entries);

  // Calls `accept(value)` for each block that holds the address.  Cost: a search, then a step for
  // each.
  template <typename Accept>
  void match(AddressBytes address, Accept accept) const {
    if (address.size() == 16) {
      match_in(v6_, number(address), accept);
    } else if (!address.empty()) {
      match_in(v4_, static_cast<std::uint32_t>(number(address)), accept);
    }
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Block {
    std::uint32_t around = kNone;  // the place of the one that holds it
    std::uint32_t value = kNone;
  };
  template <typename Number>
  struct Segments {
    Ladder<Number> firsts;
    std::vector<Block> innermost;  // of each segment; without a value: none
    std::vector<Block> blocks;     // where some hold others: all of them
  };

  template <typename Number, typename Accept>
  void match_in(const Segments<Number>& segments, Number address, Accept accept) const {
    const std::ptrdiff_t at = segments.firsts.find(address);
    if (at < 0) return;
    Block block = segments.innermost[static_cast<std::size_t>(at)];
    if (block.value == kNone) return;
    accept(block.value);
    while (block.around != kNone) {
      block = segments.blocks[block.around];
      accept(block.value);
    }
  }
  [[nodiscard]] static Wide number(AddressBytes address);
  template <typename Number>
  [[nodiscard]] static Segments<Number> cut(const std::vector<Entry>& entries, std::size_t bits);

  Segments<std::uint32_t> v4_;
  Segments<Wide> v6_;
};

}  // namespace gatehouse::routing
