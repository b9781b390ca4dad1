#include "base/hex.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse {
namespace {

std::string hex(std::uint64_t value) {
  std::string out(16, '-');
  write_hex(out.data(), value);
  return out;
}

TEST(Hex, digits_come_highest_first_and_in_lower_case) {
  EXPECT_EQ(hex(0x0123456789abcdef), "0123456789abcdef");
  EXPECT_EQ(hex(0xfedcba9876543210), "fedcba9876543210");
}

TEST(Hex, leading_zeros_are_written) {
  EXPECT_EQ(hex(0), "0000000000000000");
  EXPECT_EQ(hex(0x9a), "000000000000009a");
  EXPECT_EQ(hex(~std::uint64_t{0}), "ffffffffffffffff");
}

}  // namespace
}  // namespace gatehouse
