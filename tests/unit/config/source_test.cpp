// Where a configuration's files come from, and whether they are still the same.
#include "config/source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

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

TEST(SystemSource, waits_for_the_writer_of_a_pipe_and_not_for_ever) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("source_test." + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  const auto nobody = SystemSource(folder.string()).read_file("pipe");
  ASSERT_FALSE(nobody.has_value()) << "and did not wait for ever";
  EXPECT_EQ(nobody.error().text(),
            "read pipe: Connection timed out (110); nobody writes to this pipe");
  const std::string later = "echo 'version: 1' >" + (folder / "pipe").string() + " &";
  ASSERT_EQ(std::system(later.c_str()), 0);
  EXPECT_EQ(SystemSource(folder.string(), Millis(10'000)).read_file("pipe").value_or(""),
            "version: 1\n");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gatehouse::config
