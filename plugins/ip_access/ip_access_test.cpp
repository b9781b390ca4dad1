#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>
#include <random>

#include "address_set.h"

namespace ip_access {
namespace {

bool has(const AddressSet& set, const std::string& text) {
  std::array<std::uint8_t, 16> bytes{};
  const bool v6 = text.find(':') != std::string::npos;
  EXPECT_EQ(inet_pton(v6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()), 1) << text;
  return set.has({bytes.data(), v6 ? std::size_t{16} : std::size_t{4}});
}

TEST(AddressSet, holds_what_lies_in_one_of_its_blocks) {
  const AddressSet set(
      {"10.0.0.0/8", "10.1.0.0/16", "192.0.2.7", "2001:db8::/33", "::1", "0.0.0.0/32"});
  for (const auto* text : {"10.0.0.0", "10.255.255.255", "10.1.2.3", "192.0.2.7", "0.0.0.0",
                           "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff", "::1"})
    EXPECT_TRUE(has(set, text)) << text;
  for (const auto* text : {"9.255.255.255", "11.0.0.0", "192.0.2.6", "192.0.2.8", "0.0.0.1",
                           "2001:db8:8000::", "::", "::2", "::ffff:10.0.0.1"})
    EXPECT_FALSE(has(set, text)) << text;
  EXPECT_FALSE(set.has({}));
  EXPECT_TRUE(has(AddressSet({"0.0.0.0/0"}), "255.255.255.255"));
  EXPECT_FALSE(has(AddressSet({"0.0.0.0/0"}), "::"));
}

TEST(AddressSet, takes_an_IPv4_address_in_its_IPv6_form_as_what_it_is) {
  const AddressSet set({"::ffff:192.0.2.7", "::ffff:10.0.0.0/104"});
  EXPECT_TRUE(has(set, "192.0.2.7"));
  EXPECT_TRUE(has(set, "10.255.0.1"));
  EXPECT_FALSE(has(set, "192.0.2.8"));
  EXPECT_FALSE(has(set, "11.0.0.0"));
  EXPECT_EQ(wrong_with("::ffff:10.0.0.1/104"), "bits are set behind the prefix");
  EXPECT_EQ(wrong_with("::ffff:0:0/96"), "");
}

TEST(AddressSet, agrees_with_a_look_at_each_block) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> blocks;
    std::vector<std::pair<std::uint32_t, unsigned>> naive;
    for (int i = 0; i < 12; ++i) {
      const unsigned bits = 24 + static_cast<unsigned>(random() % 9);
      const std::uint32_t first =
          (0x0a000000 | static_cast<std::uint32_t>(random() % 4096)) & (0xffffffffU << (32 - bits));
      const in_addr raw{htonl(first)};
      blocks.push_back(std::string(inet_ntoa(raw)) + "/" + std::to_string(bits));
      naive.emplace_back(first, bits);
    }
    const AddressSet set(blocks);
    for (std::uint32_t ip = 0x0a000000; ip < 0x0a001000; ip += 7) {
      bool expected = false;
      for (const auto& [first, bits] : naive)
        expected = expected || (ip & (0xffffffffU << (32 - bits))) == first;
      const std::uint32_t wire = htonl(ip);
      EXPECT_EQ(set.has({reinterpret_cast<const std::uint8_t*>(&wire), 4}), expected);
    }
  }
}

TEST(AddressSet, knows_what_is_no_block) {
  for (const auto* text : {"10.0.0.0/8", "10.0.0.1", "::/0", "2001:db8::1/128"})
    EXPECT_EQ(wrong_with(text), "") << text;
  for (const auto* text :
       {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8 ", "::/129", "a.test", "10.0.0.0/+8"})
    EXPECT_EQ(wrong_with(text), "this is no block of addresses") << text;
  for (const auto* text : {"10.0.0.1/8", "2001:db8::1/127", "10.0.0.128/24"})
    EXPECT_EQ(wrong_with(text), "bits are set behind the prefix") << text;
}

TEST(IpAccess, denies_what_is_denied_or_not_allowed) {
  struct Row {
    const char* client;
    const char* verdict;
  };
  gatehouse::testing::Gateway gateway;
  gateway.with("allow", "10.0.0.0/8");
  gateway.with("allow", "2001:db8::/32");
  gateway.with("deny", "10.66.0.0/16");
  for (const Row& row :
       {Row{"10.1.2.3", "pass"}, Row{"10.66.2.3", "answer 403"}, Row{"192.0.2.7", "answer 403"},
        Row{"2001:db8::7", "pass"}, Row{"2001:db9::7", "answer 403"}, Row{"unix:", "answer 403"}}) {
    gateway.comes_from(row.client);
    gateway.request("GET", "/");
    EXPECT_EQ(gateway.run(GH_REQUEST), row.verdict) << row.client;
  }
  gateway.comes_from("10.66.0.1");
  EXPECT_EQ(gateway.explain(GH_REQUEST),
            (std::vector<std::string>{"the address is denied", "answer 403"}));
}

TEST(IpAccess, looks_at_the_connection_where_the_file_says_so) {
  gatehouse::testing::Gateway gateway;
  gateway.with("deny", "192.0.2.1");
  gateway.with("address", "source_ip", 1);
  gateway.comes_from("10.0.0.1", "192.0.2.1");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 403");
}

TEST(IpAccess, counts_only_in_shadow) {
  gatehouse::testing::Gateway gateway;
  gateway.with("deny", "192.0.2.1");
  gateway.with("mode", "shadow", 1);
  gateway.comes_from("192.0.2.1");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  EXPECT_EQ(gateway.explain(GH_REQUEST),
            std::vector<std::string>{"the address is denied; that is counted (shadow)"});
}

}  // namespace
}  // namespace ip_access
