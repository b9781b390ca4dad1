#include "routing/regex_sample.h"

#include <gtest/gtest.h>

#include "routing/pattern.h"

namespace gatehouse::routing {
namespace {

struct Row {
  const char* regex;
  const char* sample;
};

TEST(RegexSample, is_a_short_text_that_the_expression_matches) {
  const Row rows[] = {
      {"^/v1/", "/v1/"},
      {"^/v[0-9]+/(users|teams)$", "/v0/users"},
      {"\\.(?:png|jpe?g)$", ".png"},
      {"^/a*b?c+d{2,5}?", "/cdd"},
      {"^/(?P<id>\\d{3})/\\w+", "/000/x"},
      {"^[^/]+$", "x"},
      {"^[]x]$", "]"},
      {"^[[:digit:]a]", "a"},
      {"^[\\d_-]$", "0"},
      {"^[^x0]$", "-"},
      {"(?i)admin", "admin"},
      {"^a.b\\.c$", "axb.c"},
      {"a|b|", "a"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(regex_sample(row.regex), row.sample) << row.regex;
    EXPECT_TRUE(
        Pattern(config::PatternSpec{row.regex, {}, true}, Case::matters).matches(row.sample))
        << row.regex;
  }
}

TEST(RegexSample, ends_whatever_the_expression_is) {
  for (const char* odd :
       {"", "(", "[", "[^", "\\", "a{", "a{9", "(?", "(?P<", "[[:", "x{1000}{1000}"})
    EXPECT_LE(regex_sample(odd).size(), 1024U) << odd;
}

}  // namespace
}  // namespace gatehouse::routing
