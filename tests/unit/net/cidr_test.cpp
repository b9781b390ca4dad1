#include "net/cidr.h"

#include <gtest/gtest.h>

namespace gatehouse::net {
namespace {

struct Case {
  const char* block;
  const char* inside;
  const char* outside;
};

class CidrContains : public ::testing::TestWithParam<Case> {};

TEST_P(CidrContains, what_shares_its_prefix) {
  const auto block = Cidr::parse(GetParam().block);
  ASSERT_TRUE(block);
  EXPECT_TRUE(block->contains(*IpAddress::parse(GetParam().inside)));
  EXPECT_FALSE(block->contains(*IpAddress::parse(GetParam().outside)));
  EXPECT_FALSE(block->contains(IpAddress{}));
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, CidrContains,
    ::testing::Values(Case{"10.0.0.0/8", "10.255.255.255", "11.0.0.0"},
                      Case{"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
                      Case{"192.0.2.4/30", "192.0.2.7", "192.0.2.8"},
                      Case{"192.0.2.1", "192.0.2.1", "192.0.2.2"},
                      Case{"192.0.2.1/32", "::ffff:192.0.2.1", "::1"},
                      Case{"0.0.0.0/0", "255.255.255.255", "::"}, Case{"::/0", "ffff::", "0.0.0.0"},
                      Case{"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::"},
                      Case{"::1", "::1", "::2"}, Case{"::1/128", "::1", "::"}));

TEST(Cidr, is_refused_when_malformed_or_with_bits_behind_its_prefix) {
  for (const char* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0.0/8x",
        "10.0.0.0/8/8", "10.0.0.1/8", "10.0.0.0/ 8", "::1/64", "example.com/8", "10/8"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(CidrSet, contains_what_any_block_contains) {
  CidrSet set;
  EXPECT_TRUE(set.empty());
  set.add(*Cidr::parse("10.0.0.0/8"));
  set.add(*Cidr::parse("::1"));
  EXPECT_TRUE(set.contains(*IpAddress::parse("10.1.2.3")));
  EXPECT_TRUE(set.contains(*IpAddress::parse("::1")));
  EXPECT_FALSE(set.contains(*IpAddress::parse("192.0.2.1")));
}

}  // namespace
}  // namespace gatehouse::net
