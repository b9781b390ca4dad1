#include "control/legacy.h"

#include <gtest/gtest.h>

namespace gatehouse::control {
namespace {

TEST(Legacy, arrives_as_it_was_left) {
  const Legacy left{12, 1700000000, 18446744073709551615U, std::string("version: 1\n\0# end", 17)};
  const auto found = Legacy::decode(left.encode());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->generation, left.generation);
  EXPECT_EQ(found->wall_s, left.wall_s);
  EXPECT_EQ(found->rolled_back_file, left.rolled_back_file);
  EXPECT_EQ(found->bytes, left.bytes);
}

TEST(Legacy, may_be_an_empty_file) {
  const auto found = Legacy::decode(Legacy{1, 2, 0, ""}.encode());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, "");
}

TEST(Legacy, is_none_when_it_was_cut) {
  const std::string whole = Legacy{1, 2, 3, "x"}.encode();
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_FALSE(Legacy::decode(std::string_view(whole).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace gatehouse::control
