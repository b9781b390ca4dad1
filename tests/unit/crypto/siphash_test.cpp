#include "crypto/siphash.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace gatehouse::crypto {
namespace {

std::string counting(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(i);
  return out;
}

// Appendix A of the paper, and the reference implementation's vectors for 0, 1 and 8 bytes.
TEST(SipHash, agrees_with_the_reference) {
  const SipHash hash(counting(16));
  EXPECT_EQ(hash(counting(15)), 0xa129ca6149be45e5);
  EXPECT_EQ(hash(""), 0x726fdb47dd0e0e31);
  EXPECT_EQ(hash(counting(1)), 0x74f839c593dc67fd);
  EXPECT_EQ(hash(counting(8)), 0x93f5f5799a932462);
}

TEST(SipHash, wants_a_secret_of_16_bytes) { EXPECT_THROW(SipHash("short"), std::length_error); }

}  // namespace
}  // namespace gatehouse::crypto
