#include "address_set.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace ip_access {
namespace {

struct Block {
  std::array<std::uint8_t, 16> first{};
  std::size_t bytes = 0;
  unsigned bits = 0;
};

// ::ffff:10.0.0.0/104 is 10.0.0.0/8: clients have the one address of the two.
Block unmapped(const Block& block) {
  constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr unsigned kBits = 96;
  if (block.bytes != 16 || block.bits < kBits ||
      !std::equal(kMapped.begin(), kMapped.end(), block.first.begin()))
    return block;
  Block out;
  std::copy(block.first.begin() + kMapped.size(), block.first.end(), out.first.begin());
  out.bytes = 4;
  out.bits = block.bits - kBits;
  return out;
}

std::optional<Block> parse(std::string_view text) {
  const auto slash = std::min(text.find('/'), text.size());
  const std::string address(text.substr(0, slash));
  Block out;
  if (inet_pton(AF_INET, address.c_str(), out.first.data()) == 1)
    out.bytes = 4;
  else if (inet_pton(AF_INET6, address.c_str(), out.first.data()) == 1)
    out.bytes = 16;
  else
    return std::nullopt;
  out.bits = static_cast<unsigned>(out.bytes * 8);
  if (slash == text.size()) return unmapped(out);
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc{} || end != digits.data() + digits.size() || bits > out.bits)
    return std::nullopt;
  out.bits = bits;
  return unmapped(out);
}

// Calls `change(byte, those of its bits that are behind the prefix)`.
template <typename Change>
void behind_prefix(Block& block, Change change) {
  for (std::size_t i = block.bits / 8; i < block.bytes; ++i)
    change(block.first[i],
           static_cast<std::uint8_t>(i == block.bits / 8 ? 0xff >> (block.bits % 8) : 0xff));
}

}  // namespace

std::string wrong_with(std::string_view text) {
  auto block = parse(text);
  if (!block) return "this is no block of addresses";
  bool set = false;
  behind_prefix(*block,
                [&](std::uint8_t byte, std::uint8_t mask) { set = set || (byte & mask) != 0; });
  return set ? "bits are set behind the prefix" : "";
}

AddressSet::AddressSet(const std::vector<std::string>& blocks) {
  for (const auto& text : blocks) {
    auto block = parse(text);
    if (!block) continue;
    Range range{block->first, {}};
    behind_prefix(*block, [](std::uint8_t& byte, std::uint8_t mask) {
      byte = static_cast<std::uint8_t>(byte | mask);
    });
    range.last = block->first;
    (block->bytes == 4 ? v4_ : v6_).push_back(range);
  }
  merge(v4_);
  merge(v6_);
}

void AddressSet::merge(std::vector<Range>& ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& a, const Range& b) { return a.first < b.first; });
  std::vector<Range> out;
  for (const Range& range : ranges) {
    if (!out.empty() && range.first <= out.back().last)
      out.back().last = std::max(out.back().last, range.last);
    else
      out.push_back(range);
  }
  ranges = std::move(out);
}

bool AddressSet::has(std::span<const std::uint8_t> address) const {
  if (address.empty()) return false;
  Number number{};
  std::copy(address.begin(), address.end(), number.begin());
  const auto& ranges = address.size() == 16 ? v6_ : v4_;
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), number,
                       [](const Number& n, const Range& range) { return n < range.first; });
  return after != ranges.begin() && number <= (after - 1)->last;
}

}  // namespace ip_access
