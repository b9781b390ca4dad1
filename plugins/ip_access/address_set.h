// Blocks of addresses, merged, so that asking for one is a binary search however many they are.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ip_access {

// "10.0.0.0/8", "2001:db8::/32" or a single address.  "", or what is wrong with it.
[[nodiscard]] std::string wrong_with(std::string_view block);

// Immutable; any thread.
class AddressSet {
 public:
  // `blocks`: of which nothing is wrong.
  explicit AddressSet(const std::vector<std::string>& blocks);
  // 4 or 16 bytes; none are in no set.
  [[nodiscard]] bool has(std::span<const std::uint8_t> address) const;

 private:
  using Number = std::array<std::uint8_t, 16>;  // of IPv4 the first 4
  struct Range {
    Number first, last;
  };
  static void merge(std::vector<Range>& ranges);
  std::vector<Range> v4_, v6_;  // disjoint, in order
};

}  // namespace ip_access
