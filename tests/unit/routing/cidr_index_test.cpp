#include "routing/cidr_index.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "base/random.h"

namespace gatehouse::routing {
namespace {

using Found = std::set<std::uint32_t>;

config::AddressBlock block(const std::string& text) {
  const auto parsed = config::parse_block(text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(config::AddressBlock{});
}

CidrIndex index_of(const std::vector<std::string>& blocks) {
  std::vector<CidrIndex::Entry> entries;
  for (const auto& text : blocks)
    entries.push_back({block(text), static_cast<std::uint32_t>(entries.size())});
  return CidrIndex(std::move(entries));
}

Found holders(const CidrIndex& index, const std::string& address) {
  const auto at = block(address);
  Found found;
  index.match({at.first.data(), at.v6 ? std::size_t{16} : std::size_t{4}},
              [&](std::uint32_t value) { found.insert(value); });
  return found;
}

TEST(CidrIndex, nested_blocks_are_all_found) {
  const auto index = index_of({"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "0.0.0.0/0"});
  EXPECT_EQ(holders(index, "10.1.2.3"), (Found{0, 1, 2, 3}));
  EXPECT_EQ(holders(index, "10.1.2.4"), (Found{0, 1, 3}));
  EXPECT_EQ(holders(index, "10.2.0.0"), (Found{0, 3}));
  EXPECT_EQ(holders(index, "11.0.0.0"), (Found{3}));
}

TEST(CidrIndex, the_first_and_the_last_address_are_inside_their_neighbours_not) {
  const auto index = index_of({"192.0.2.0/24", "255.255.255.0/24", "2001:db8::/32"});
  EXPECT_EQ(holders(index, "192.0.2.0"), Found{0});
  EXPECT_EQ(holders(index, "192.0.2.255"), Found{0});
  EXPECT_EQ(holders(index, "192.0.1.255"), Found{});
  EXPECT_EQ(holders(index, "192.0.3.0"), Found{});
  EXPECT_EQ(holders(index, "255.255.255.255"), Found{1});
  EXPECT_EQ(holders(index, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), Found{2});
  EXPECT_EQ(holders(index, "2001:db9::"), Found{});
}

TEST(CidrIndex, families_are_kept_apart) {
  const auto index = index_of({"::/0", "0.0.0.0/0"});
  EXPECT_EQ(holders(index, "1.2.3.4"), Found{1});
  EXPECT_EQ(holders(index, "2001:db8::1"), Found{0});
  EXPECT_EQ(holders(index, "::1"), Found{0});
}

TEST(CidrIndex, a_peer_without_an_address_is_in_no_block) {
  bool found = false;
  index_of({"::/0", "0.0.0.0/0"}).match({}, [&](std::uint32_t) { found = true; });
  EXPECT_FALSE(found);
}

TEST(CidrIndex, it_agrees_with_trying_each_block) {
  Random random(11);
  std::size_t hits = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<CidrIndex::Entry> entries;
    std::set<std::string> seen;
    for (std::uint64_t i = 1 + random.below(round % 20 == 0 ? 700 : 40); i > 0; --i) {
      config::AddressBlock made;
      made.v6 = random.below(2) == 0;
      const unsigned most = made.v6 ? 128 : 32;
      made.bits = static_cast<std::uint8_t>(random.below(most + 1));
      for (unsigned bit = 0; bit < made.bits; ++bit) {  // few bits set, so that blocks nest
        if (random.below(4) == 0)
          made.first[bit / 8] = static_cast<std::uint8_t>(made.first[bit / 8] | 0x80 >> bit % 8);
      }
      std::string key(made.first.begin(), made.first.end());
      if (!seen.insert(key + std::to_string(made.bits) + (made.v6 ? "6" : "4")).second) continue;
      entries.push_back({made, static_cast<std::uint32_t>(entries.size())});
    }
    const CidrIndex index(entries);
    for (int i = 0; i < 100; ++i) {
      auto address = entries[random.below(entries.size())].block.first;
      const std::size_t size = random.below(2) == 0 ? 16 : 4;
      if (random.below(2) == 0)
        address[random.below(size)] = static_cast<std::uint8_t>(random.below(256));
      Found expected;
      for (const auto& entry : entries) {
        if (contains(entry.block, {address.data(), size})) expected.insert(entry.value);
      }
      Found found;
      index.match({address.data(), size}, [&](std::uint32_t value) { found.insert(value); });
      ASSERT_EQ(found, expected);
      hits += expected.size();
    }
  }
  EXPECT_GT(hits, 10'000U);
}

}  // namespace
}  // namespace gatehouse::routing
