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

  // Calls `accept(value)` for each block that holds the address.  Cost: a binary search, then a
  // step for each.
  template <typename Accept>
  void match(AddressBytes address, Accept accept) const {
    const auto& segments = address.size() == 16 ? v6_ : v4_;
    if (segments.empty() || address.empty()) return;
    const auto after =
        std::upper_bound(segments.begin(), segments.end(), number(address),
                         [](Wide at, const Segment& segment) { return at < segment.first; });
    if (after == segments.begin()) return;
    for (std::uint32_t i = (after - 1)->block; i != kNone; i = blocks_[i].around)
      accept(blocks_[i].value);
  }
  [[nodiscard]] std::size_t bytes() const;

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Block {
    std::uint32_t around;
    std::uint32_t value;
  };
  struct Segment {
    Wide first;
    std::uint32_t block;  // the innermost; kNone: none
  };
  [[nodiscard]] static Wide number(AddressBytes address);
  [[nodiscard]] std::vector<Segment> cut(const std::vector<Entry>& entries, std::size_t bits);

  std::vector<Block> blocks_;
  std::vector<Segment> v4_;
  std::vector<Segment> v6_;
};

}  // namespace gatehouse::routing
