#include "observe/escape.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::observe {
namespace {

std::string json(std::string_view text) {
  std::string out;
  append_json_text(out, text);
  return out;
}

TEST(Escape, json_text_by_the_table) {
  struct Row {
    std::string_view in;
    std::string_view out;
  };
  const Row kRows[] = {
      {"", ""},
      {"plain text, 12345678", "plain text, 12345678"},
      {"\"", "\\\""},
      {"\\", "\\\\"},
      {"a\nb\rc\td", "a\\nb\\rc\\td"},
      {std::string_view("\0", 1), "\\u0000"},
      {"\x1b\x7f", "\\u001b\\u007f"},
      {"gr\xC3\xBC\xC3\x9F", "gr\xC3\xBC\xC3\x9F"},
      {"\xE2\x82\xAC \xF0\x9F\x98\x80", "\xE2\x82\xAC \xF0\x9F\x98\x80"},
      {"\xC2\x85\xC2\x9B\xC2\xA0", "\\u0085\\u009b\xC2\xA0"},  // C1 controls
      {"\xE2\x80\xA8\xE2\x80\xA9", "\\u2028\\u2029"},          // line separators
      {"\x80", "\\ufffd"},                                     // a tail alone
      {"\xC3", "\\ufffd"},                                     // cut
      {"\xC3(", "\\ufffd("},                                   // no tail
      {"\xC0\xAF", "\\ufffd\\ufffd"},                          // overlong /
      {"\xE0\x80\xAF", "\\ufffd\\ufffd\\ufffd"},               // overlong /
      {"\xF0\x80\x80\xAF", "\\ufffd\\ufffd\\ufffd\\ufffd"},    // overlong /
      {"\xED\xA0\x80", "\\ufffd\\ufffd\\ufffd"},               // a surrogate
      {"\xF4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd"},    // above U+10FFFF
      {"\xFF\xFE", "\\ufffd\\ufffd"},
  };
  for (const Row& row : kRows) EXPECT_EQ(json(row.in), row.out);
}

// Words of eight bytes are tested at once: every byte at every place must be seen.
TEST(Escape, finds_every_special_byte_at_every_place) {
  for (int c = 0; c < 256; ++c) {
    const std::string alone = json(std::string(1, static_cast<char>(c)));
    for (std::size_t place = 0; place < 20; ++place) {
      std::string text(20, 'x');
      text[place] = static_cast<char>(c);
      EXPECT_EQ(json(text), std::string(place, 'x') + alone + std::string(19 - place, 'x'));
    }
  }
}

TEST(Escape, hex_text_is_visible_ascii_without_quotes) {
  char out[100];
  const auto hex = [&](std::string_view text, std::string_view prefix, bool keep_space) {
    return std::string(out, write_hex_text(out, text, prefix, keep_space));
  };
  EXPECT_EQ(hex("/a b\"\\\n\xC3\xBC", "%", false), "/a%20b%22%5C%0A%C3%BC");
  EXPECT_EQ(hex("a b\"\\\n\xFF", "\\x", true), "a b\\x22\\x5C\\x0A\\xFF");
}

}  // namespace
}  // namespace gatehouse::observe
