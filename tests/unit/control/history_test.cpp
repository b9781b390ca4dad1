#include "control/history.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "base/hash.h"

namespace gatehouse::control {
namespace {

namespace fs = std::filesystem;

class HistoryOf : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/gatehouse-history-XXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  static Generation generation(std::uint64_t number, const std::string& bytes) {
    return {number, hash64(bytes), 1700000000, "", PackedText(bytes)};
  }
  static std::string numbers(const History& history) {
    std::string all;
    for (const auto& one : history.all()) all += std::to_string(one.number) + ' ';
    return all;
  }

  std::string folder_;
};

TEST_F(HistoryOf, what_was_stored_is_read_by_the_next_one) {
  History first;
  first.open(folder_, 20);
  ASSERT_TRUE(first.store(generation(1, "one")));
  ASSERT_TRUE(first.store(generation(2, "two")));
  History second;
  second.open(folder_, 20);
  EXPECT_EQ(numbers(second), "1 2 ");
  EXPECT_EQ(second.find(1)->file.text(), "one");
  EXPECT_EQ(second.last_hash(), hash64("two"));
  EXPECT_EQ(second.before(hash64("two"))->number, 1u);
}

TEST_F(HistoryOf, no_more_are_kept_than_asked_for_also_on_disk) {
  History history;
  history.open(folder_, 2);
  for (const char* bytes : {"one", "two", "three"}) {
    ASSERT_TRUE(history.store(generation(history.last_number() + 1, bytes)));
  }
  EXPECT_EQ(numbers(history), "2 3 ");
  const auto files = fs::directory_iterator(folder_ + "/generations");
  EXPECT_EQ(std::distance(fs::begin(files), fs::end(files)), 2);
}

TEST_F(HistoryOf, files_of_others_are_left_alone) {
  fs::create_directories(folder_ + "/generations");
  for (const char* name : {"notes.yaml", "12-.yaml", "-1.yaml", "1-1.yaml.new", "x-1.yaml"}) {
    std::ofstream(folder_ + "/generations/" + name) << "x";
  }
  History history;
  history.open(folder_, 20);
  EXPECT_EQ(numbers(history), "");
}

TEST_F(HistoryOf, a_rollback_is_held_for_one_file_until_it_is_let_go) {
  History history;
  history.open(folder_, 20);
  ASSERT_TRUE(history.store(generation(1, "one")));
  history.hold(hash64("two"), 1);
  EXPECT_EQ(history.held(hash64("two"))->number, 1u);
  EXPECT_EQ(history.held(hash64("three")), nullptr);
  history.let_go();
  EXPECT_EQ(history.held(hash64("two")), nullptr);
}

TEST_F(HistoryOf, a_folder_that_cannot_be_made_is_said_and_memory_goes_on) {
  std::ofstream(folder_ + "/file") << "x";
  History history;
  history.open(folder_ + "/file", 20);
  EXPECT_FALSE(history.store(generation(1, "one")));
  EXPECT_EQ(numbers(history), "1 ");
}

}  // namespace
}  // namespace gatehouse::control
