#include "routing/exact_texts.h"

#include <gtest/gtest.h>

namespace gatehouse::routing {
namespace {

TEST(ExactTexts, each_text_has_its_number_and_no_other_text_has_one) {
  for (const std::uint32_t count : {1U, 2U, 3U, 100U, 10'000U}) {
    std::vector<ExactTexts::Entry> entries;
    for (std::uint32_t i = 0; i < count; ++i)
      entries.push_back({"t" + std::to_string(i) + ".example.com", i});
    const ExactTexts texts(entries);
    EXPECT_FALSE(texts.empty());
    for (const auto& [text, value] : entries) ASSERT_EQ(texts.find(text), value) << text;
    for (std::uint32_t i = 0; i < count; ++i) {
      ASSERT_EQ(texts.find("t" + std::to_string(i) + ".example.co"), ExactTexts::kNone);
      ASSERT_EQ(texts.find("u" + std::to_string(i) + ".example.com"), ExactTexts::kNone);
    }
  }
}

TEST(ExactTexts, without_texts_nothing_is_found_and_the_empty_text_is_one) {
  EXPECT_TRUE(ExactTexts().empty());
  EXPECT_EQ(ExactTexts().find(""), ExactTexts::kNone);
  EXPECT_EQ(ExactTexts({{"", 7}}).find(""), 7U);
  EXPECT_EQ(ExactTexts({{"", 7}}).find("a"), ExactTexts::kNone);
}

}  // namespace
}  // namespace gatehouse::routing
