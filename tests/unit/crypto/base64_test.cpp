#include "crypto/base64.h"

#include <gtest/gtest.h>

#include <cctype>

namespace gatehouse::crypto {
namespace {

TEST(Base64, vectors_of_rfc_4648_10_without_padding) {
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Base64, bytes_of_any_number_come_back) {
  std::string bytes;
  for (unsigned i = 0; i < 300; ++i) {
    EXPECT_EQ(from_base64url(base64url(bytes)), bytes) << i;
    bytes += static_cast<char>(i * 167 + i / 3);
  }
}

TEST(Base64, a_foreign_character_is_seen_at_each_place) {
  for (std::size_t at = 0; at < 70; ++at) {  // behind them, two bits must be zero
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(71, 'A');
      text[at] = static_cast<char>(byte);
      const auto bytes = from_base64url(text);
      EXPECT_EQ(bytes.has_value(), std::isalnum(byte) != 0 || byte == '-' || byte == '_') << byte;
      EXPECT_TRUE(!bytes || base64url(*bytes) == text) << byte;
    }
  }
}

TEST(Base64, there_is_one_text_for_some_bytes) {
  for (const char* text : {"Zg=", "Zg==", "Zh", "Zm9", "A", "Zm9v\n", "Zm+v", "Zm/v"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gatehouse::crypto
