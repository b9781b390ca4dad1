#include "http/status.h"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

TEST(Status, known_codes_have_their_phrase_and_others_none) {
  EXPECT_EQ(phrase(100), "Continue");
  EXPECT_EQ(phrase(200), "OK");
  EXPECT_EQ(phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(phrase(511), "Network Authentication Required");
  EXPECT_EQ(phrase(299), "");
  EXPECT_EQ(phrase(0), "");
  EXPECT_EQ(phrase(999), "");
}

}  // namespace
}  // namespace gatehouse::http
