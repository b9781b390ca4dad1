// Where a configuration's files come from, and whether they are still the same.
#include "config/source.h"

#include <gtest/gtest.h>

#include "fake_source.h"

namespace gatehouse::config {
namespace {

TEST(RememberingSource, knows_whether_what_it_gave_is_still_so) {
  FakeSource files;
  files.files = {{"a", "1"}, {"b", "2"}, {"not asked for", "3"}};
  const RememberingSource source(files);
  EXPECT_EQ(source.read_file("a").value_or(""), "1");
  EXPECT_EQ(source.read_file("b").value_or(""), "2");
  EXPECT_FALSE(source.read_file("none").has_value());
  EXPECT_EQ(source.files().size(), 2U);
  EXPECT_TRUE(unchanged(source.files(), files));
  files.files["not asked for"] = "4";
  EXPECT_TRUE(unchanged(source.files(), files));
  files.files["a"] = "4";
  EXPECT_FALSE(unchanged(source.files(), files));
  files.files.erase("a");
  EXPECT_FALSE(unchanged(source.files(), files));
}

}  // namespace
}  // namespace gatehouse::config
