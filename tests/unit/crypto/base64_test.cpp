#include "crypto/base64.h"

#include <gtest/gtest.h>

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

TEST(Base64, there_is_one_text_for_some_bytes) {
  for (const char* text : {"Zg=", "Zg==", "Zh", "Zm9", "A", "Zm9v\n", "Zm+v", "Zm/v"})
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace gatehouse::crypto
