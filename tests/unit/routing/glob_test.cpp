#include "routing/glob.h"

#include <gtest/gtest.h>

#include <chrono>

namespace gatehouse::routing {
namespace {

bool matches(std::string_view pattern, std::string_view text) {
  return glob_matches(compile_glob(pattern), text);
}

TEST(Glob, a_star_takes_any_number_of_bytes_slashes_too) {
  EXPECT_TRUE(matches("/img/*", "/img/"));
  EXPECT_TRUE(matches("/img/*", "/img/a/b"));
  EXPECT_FALSE(matches("/img/*", "/img"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("a*c", "abbc"));
  EXPECT_FALSE(matches("a*c", "abbcd"));
}

TEST(Glob, a_question_mark_takes_exactly_one_byte) {
  EXPECT_TRUE(matches("/a?c", "/abc"));
  EXPECT_FALSE(matches("/a?c", "/ac"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_TRUE(matches("*?", "x"));
  EXPECT_FALSE(matches("*?", ""));
}

TEST(Glob, the_whole_text_is_compared) {
  EXPECT_FALSE(matches("/a", "/ab"));
  EXPECT_FALSE(matches("/a", "x/a"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Glob, a_star_gives_back_what_it_took_too_much) {
  EXPECT_TRUE(matches("*ab*ab", "aababab"));
  EXPECT_TRUE(matches("*.tar.*", "a.tar.tar.gz"));
  EXPECT_FALSE(matches("*ab*ba", "aba"));
}

TEST(Glob, case_matters_unless_it_is_said_otherwise) {
  EXPECT_FALSE(matches("/A", "/a"));
  EXPECT_TRUE(glob_matches_any_case(compile_glob_lower("X*Y"), "xaBy"));
  EXPECT_FALSE(glob_matches_any_case(compile_glob_lower("X*Y"), "xaBz"));
}

TEST(Glob, an_escaped_wildcard_stands_for_itself) {
  const std::string star = compile_glob_escaped(R"(a\*b)");
  EXPECT_TRUE(glob_matches(star, "a*b"));
  EXPECT_FALSE(glob_matches(star, "axb"));
  const std::string one = compile_glob_escaped(R"(\?)");
  EXPECT_TRUE(glob_matches(one, "?"));
  EXPECT_FALSE(glob_matches(one, "x"));
}

TEST(Glob, any_other_backslash_stands_for_itself) {
  EXPECT_TRUE(glob_matches(compile_glob_escaped(R"(a\b\)"), R"(a\b\)"));
  EXPECT_TRUE(glob_matches(compile_glob_escaped(R"(\\*)"), R"(\*)"));
  EXPECT_TRUE(matches(R"(\*)", R"(\anything)"));
}

TEST(Glob, many_stars_cost_no_more_than_pattern_times_text) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a*";
  const std::string text = std::string(20'000, 'a') + "b";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches(pattern + "c", text));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

}  // namespace
}  // namespace gatehouse::routing
