#include "base/arena.h"

#include <gtest/gtest.h>

#include <array>

namespace gatehouse {
namespace {

TEST(Arena, stays_inside_the_inline_block_while_it_lasts) {
  alignas(16) std::array<std::byte, 256> block{};
  Arena arena(block.data(), block.size());
  for (int i = 0; i < 4; ++i) static_cast<void>(arena.allocate(48));
  EXPECT_EQ(arena.heap_bytes(), 0u);
  static_cast<void>(arena.allocate(200));
  EXPECT_GT(arena.heap_bytes(), 0u);
  arena.reset();
  EXPECT_EQ(arena.heap_bytes(), 0u);
}

TEST(Arena, aligns_what_it_lends) {
  alignas(16) std::array<std::byte, 256> block{};
  Arena arena(block.data() + 1, block.size() - 1);
  static_cast<void>(arena.allocate(1, 1));
  const auto at = reinterpret_cast<std::uintptr_t>(arena.allocate(8, 8));
  EXPECT_EQ(at % 8, 0u);
}

TEST(Arena, serves_more_than_a_block_at_once) {
  Arena arena(nullptr, 0);
  char* p = arena.array<char>(100'000);
  p[0] = 'a';
  p[99'999] = 'z';
  EXPECT_GE(arena.heap_bytes(), 100'000u);
}

}  // namespace
}  // namespace gatehouse
