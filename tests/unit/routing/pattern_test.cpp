#include "routing/pattern.h"

#include <gtest/gtest.h>

#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

Pattern regex(const std::string& text, Case letters = Case::matters) {
  return Pattern(config::PatternSpec{text, {}, true}, letters);
}

TEST(Pattern, a_regex_is_searched_for_not_anchored) {
  EXPECT_TRUE(regex("b+").matches("abbc"));
  EXPECT_FALSE(regex("^b").matches("ab"));
  EXPECT_TRUE(regex("^/v[0-9]+/search$").matches("/v12/search"));
}

TEST(Pattern, case_of_a_regex_is_ignored_where_it_is_said_so) {
  EXPECT_FALSE(regex("^/A").matches("/a"));
  EXPECT_TRUE(regex("^A", Case::ignored).matches("aBC"));
}

TEST(Pattern, a_regex_compares_bytes) { EXPECT_TRUE(regex("^.{2}$").matches("\xc3\xa9")); }

// What is looked up by its beginning must not lose what the expression itself would match.
TEST(Pattern, the_glob_of_a_regex_is_its_literal_beginning) {
  const auto glob = [](const std::string& text) {
    std::string out = regex(text).wider_glob();
    EXPECT_EQ(out.back(), kAny);
    out.pop_back();
    return out;
  };
  EXPECT_EQ(glob("^/v[0-9]+/search"), "/v");
  EXPECT_EQ(glob("^/api/(a|b)$"), "/api/");
  EXPECT_EQ(glob(R"(^/a\.b\/c.*)"), "/a.b/c");
  EXPECT_EQ(glob("^/ab?c"), "/a");
  EXPECT_EQ(glob("^/ab*"), "/a");
  EXPECT_EQ(glob("^/ab{0,2}"), "/a");
  EXPECT_EQ(glob("^/ab+"), "/ab");
  EXPECT_EQ(glob("^/a*b"), "/");
  EXPECT_EQ(glob("^/a|^/b"), "");
  EXPECT_EQ(glob("^/a|/b"), "");
  EXPECT_EQ(glob("^/a(b|c)|d"), "");
  EXPECT_EQ(glob("^/a[(]|d"), "");
  EXPECT_EQ(glob(R"(^/a\(|d)"), "");
  EXPECT_EQ(glob("/a"), "");
  EXPECT_EQ(glob("(?i)^/a"), "");
  EXPECT_EQ(glob("^(?i)/a"), "");
  EXPECT_EQ(glob(R"(^/a\d)"), "/a");
  EXPECT_EQ(glob(R"(^/a\Q*\E)"), "/a");
  EXPECT_EQ(glob("^^/a"), "");
  EXPECT_EQ(glob("^/a$"), "/a");
}

TEST(Pattern, where_case_is_ignored_a_regex_has_no_literal_beginning) {
  EXPECT_EQ(regex("^abc", Case::ignored).wider_glob(), std::string(1, kAny));
}

}  // namespace
}  // namespace gatehouse::routing
