#include "routing/cidr_index.h"

#include <utility>

namespace gatehouse::routing {

bool contains(const config::AddressBlock& block, AddressBytes address) {
  if (address.size() != (block.v6 ? 16U : 4U)) return false;
  const unsigned whole = block.bits / 8;
  if (!std::equal(address.begin(), address.begin() + whole, block.first.begin())) return false;
  if (block.bits % 8 == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - block.bits % 8));
  return ((address[whole] ^ block.first[whole]) & mask) == 0;
}

Wide CidrIndex::number(AddressBytes address) {
  Wide out = 0;
  for (std::uint8_t byte : address) out = out << 8 | byte;
  return out;
}

// The segments of blocks of one family, which come sorted: outer ones first.
template <typename Number>
CidrIndex::Segments<Number> CidrIndex::cut(const std::vector<Entry>& entries, std::size_t bits) {
  Segments<Number> out;
  std::vector<Number> firsts;
  std::vector<std::uint32_t> at;  // of each segment, the place of its innermost block
  const auto begin = [&](Wide first, std::uint32_t block) {
    if (!firsts.empty() && firsts.back() == static_cast<Number>(first)) {
      at.back() = block;
    } else {
      firsts.push_back(static_cast<Number>(first));
      at.push_back(block);
    }
  };
  std::vector<std::pair<Wide, std::uint32_t>> open;  // last address, block
  const auto close_before = [&](Wide first, bool all) {
    while (!open.empty() && (all || open.back().first < first)) {
      const Wide last = open.back().first;
      open.pop_back();
      const bool end_of_line = last == (bits == 32 ? Wide{UINT32_MAX} : ~Wide{0});
      if (!end_of_line) begin(last + 1, open.empty() ? kNone : open.back().second);
    }
  };
  for (const auto& entry : entries) {
    const Wide first = number({entry.block.first.data(), bits / 8});
    const std::size_t free = bits - entry.block.bits;
    const Wide size_less_one = free == 128 ? ~Wide{0} : (Wide{1} << free) - 1;
    close_before(first, false);
    out.blocks.push_back({open.empty() ? kNone : open.back().second, entry.value});
    const auto block = static_cast<std::uint32_t>(out.blocks.size() - 1);
    begin(first, block);
    open.emplace_back(first + size_less_one, block);
  }
  close_before(0, true);
  for (const std::uint32_t block : at)
    out.innermost.push_back(block == kNone ? Block{} : out.blocks[block]);
  out.innermost.shrink_to_fit();
  const bool nested = std::any_of(out.blocks.begin(), out.blocks.end(),
                                  [](const Block& block) { return block.around != kNone; });
  if (!nested) out.blocks.clear();
  out.blocks.shrink_to_fit();
  out.firsts = Ladder<Number>(std::move(firsts));
  return out;
}

CidrIndex::CidrIndex(std::vector<Entry> entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.block.first, a.block.bits) < std::pair(b.block.first, b.block.bits);
  });
  const auto v6 = std::stable_partition(entries.begin(), entries.end(),
                                        [](const Entry& entry) { return !entry.block.v6; });
  v4_ = cut<std::uint32_t>({entries.begin(), v6}, 32);
  v6_ = cut<Wide>({v6, entries.end()}, 128);
}

}  // namespace gatehouse::routing
