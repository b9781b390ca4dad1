#include "http/field.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace gatehouse::http
