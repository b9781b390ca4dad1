#include "http/date.h"

#include <gtest/gtest.h>

namespace gatehouse::http {
namespace {

TEST(Date, the_example_of_rfc_9110_is_written) {
  DateCache date;
  EXPECT_EQ(date.text(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Date, another_second_is_another_text) {
  DateCache date;
  EXPECT_EQ(date.text(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(date.text(951827696), "Tue, 29 Feb 2000 12:34:56 GMT");
  EXPECT_EQ(date.text(1), "Thu, 01 Jan 1970 00:00:01 GMT");
}

}  // namespace
}  // namespace gatehouse::http
