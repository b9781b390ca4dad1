#include "base/ascii.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::ascii {
namespace {

TEST(Ascii, only_letters_are_alike_in_both_cases) {
  for (int c = 0; c < 256; ++c) {
    for (int d = 0; d < 256; ++d) {
      const char x = static_cast<char>(c);
      const char y = static_cast<char>(d);
      // Short ones go character by character, longer ones in words.
      const std::string a = std::string("X-Some-Name") + x;
      const std::string b = std::string("x-sOME-nAME") + y;
      ASSERT_EQ(equals_ignoring_case(a, b), lower(x) == lower(y)) << c << " and " << d;
      ASSERT_EQ(equals_ignoring_case({&x, 1}, {&y, 1}), lower(x) == lower(y)) << c << " and " << d;
    }
  }
}

TEST(Ascii, a_difference_is_seen_wherever_it_stands) {
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string small(size, 'k');
    std::string large(size, 'K');
    ASSERT_TRUE(equals_ignoring_case(small, large)) << size;
    ASSERT_FALSE(equals_ignoring_case(small, large + "k")) << size;
    for (std::size_t at = 0; at < size; ++at) {
      large[at] = 'L';
      ASSERT_FALSE(equals_ignoring_case(small, large)) << at << " of " << size;
      large[at] = 'K';
    }
  }
}

TEST(Ascii, capital_letters_are_made_small_wherever_they_stand) {
  for (int c = 0; c < 256; ++c) {
    for (std::size_t size = 1; size < 20; ++size) {
      std::string text(size, static_cast<char>(c));
      make_lower(text);
      ASSERT_EQ(text, std::string(size, lower(static_cast<char>(c)))) << c << " times " << size;
    }
  }
}

}  // namespace
}  // namespace gatehouse::ascii
