#include "http/field.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::http {
namespace {

TEST(FieldId, a_name_is_known_in_any_case) {
  EXPECT_EQ(field_id("Host"), FieldId::host);
  EXPECT_EQ(field_id("HOST"), FieldId::host);
  EXPECT_EQ(field_id("te"), FieldId::te);
  EXPECT_EQ(field_id("Transfer-Encoding"), FieldId::transfer_encoding);
  EXPECT_EQ(field_id("content-length"), FieldId::content_length);
  EXPECT_EQ(field_id("X-Forwarded-Proto"), FieldId::x_forwarded_proto);
  EXPECT_EQ(field_id("HTTP2-Settings"), FieldId::http2_settings);
}

TEST(FieldId, a_name_that_only_looks_like_one_is_other) {
  EXPECT_EQ(field_id(""), FieldId::other);
  EXPECT_EQ(field_id("Hos"), FieldId::other);
  EXPECT_EQ(field_id("Hosts"), FieldId::other);
  EXPECT_EQ(field_id("Content_Length"), FieldId::other);
  EXPECT_EQ(field_id("Content-Lengt\x88"), FieldId::other);
  EXPECT_EQ(field_id("Transfer-Encoding-"), FieldId::other);
}

TEST(FieldValue, CR_LF_and_NUL_are_found_wherever_they_stand) {
  for (int c = 0; c < 256; ++c) {
    const bool good = c != '\r' && c != '\n' && c != '\0';
    for (std::size_t size = 1; size < 20; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string value(size, '\t');
        value[at] = static_cast<char>(c);
        ASSERT_EQ(is_field_value(value), good) << c << " at " << at << " of " << size;
      }
    }
  }
  EXPECT_TRUE(is_field_value(""));
}

}  // namespace
}  // namespace gatehouse::http
