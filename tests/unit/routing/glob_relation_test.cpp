#include "routing/glob_relation.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/random.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

bool covers(std::string_view wide, std::string_view narrow) {
  return glob_covers(compile_glob(wide), compile_glob(narrow));
}
bool covers_path(std::string_view wide, std::string_view narrow) {
  return path_glob_covers(compile_glob(wide), compile_glob(narrow));
}

struct Row {
  const char* wide;
  const char* narrow;
  bool covers;
};

TEST(GlobRelation, a_pattern_covers_what_can_be_nothing_else_than_a_match_of_it) {
  for (const Row& row : {
           Row{"*", "", true},
           Row{"*", "a?*", true},
           Row{"/api/*", "/api/users/*", true},
           Row{"/api/*", "/api/", true},
           Row{"/api/*", "/api", false},
           Row{"/api/*", "/api*", false},
           Row{"*.test", "*.shop.test", true},
           Row{"*.shop.test", "*.test", false},
           Row{"a*b*c", "a*bxb*c", true},
           Row{"a*b*c", "a*c", false},
           Row{"a?*", "a*b", true},
           Row{"?*", "*?", true},
           Row{"*??", "?*?", true},
           Row{"*??", "*?", false},
           Row{"*a?b*", "*a?b?*", true},
           Row{"*a*", "?*", false},
           Row{"ab", "a?", false},
           Row{"a?", "ab", true},
       })
    EXPECT_EQ(covers(row.wide, row.narrow), row.covers) << row.wide << " " << row.narrow;
}

TEST(GlobRelation, a_path_begins_with_a_slash_whatever_the_pattern_says) {
  for (const Row& row : {
           Row{"/*", "*", true},
           Row{"/*", "*.js", true},
           Row{"/*", "?a", true},
           Row{"/?*", "*", false},
           Row{"/a*", "*a", false},
           Row{"/*/a", "*/a", false},  // "/a"
           Row{"/*a", "*/a", true},
           Row{"/*", "a*", false},  // which no path matches
           Row{"*", "", true},
       })
    EXPECT_EQ(covers_path(row.wide, row.narrow), row.covers) << row.wide << " " << row.narrow;
}

std::string random_pattern(Random& random) {
  std::string out;
  const auto size = random.below(5);
  for (std::uint64_t i = 0; i < size; ++i) out += "ab*?"[random.below(4)];
  return compile_glob(out);
}

// All texts of at most `size` bytes from three letters, one of which stands in no pattern.
std::vector<std::string> all_texts(std::size_t size) {
  std::vector<std::string> out = {""};
  for (std::size_t from = 0; from < out.size() && out[from].size() < size; ++from) {
    for (const char c : {'a', 'b', 'z'}) out.push_back(out[from] + c);
  }
  return out;
}

TEST(GlobRelation, says_what_trying_every_short_text_says) {
  const auto texts = all_texts(8);  // what four bytes of a pattern cannot tell apart, eight do not
  Random random(7);
  int covered = 0;
  for (int round = 0; round < 1000; ++round) {
    const std::string wide = random_pattern(random);
    const std::string narrow = random_pattern(random);
    bool all = true;
    const std::string* both = nullptr;
    for (const auto& text : texts) {
      if (!glob_matches(narrow, text)) continue;
      const bool also = glob_matches(wide, text);
      if (also && both == nullptr) both = &text;
      all = all && also;
    }
    EXPECT_EQ(glob_covers(wide, narrow), all) << wide << " | " << narrow;
    covered += all ? 1 : 0;
    const auto common = common_text(wide, narrow, 'z');
    EXPECT_EQ(common.has_value(), both != nullptr) << wide << " | " << narrow;
    if (!common) continue;
    EXPECT_TRUE(glob_matches(wide, *common) && glob_matches(narrow, *common)) << *common;
    EXPECT_EQ(common->size(), both->size()) << "the shortest";
  }
  EXPECT_GT(covered, 100);
}

TEST(GlobRelation, a_proof_takes_no_more_than_so_long) {
  std::string wide;
  std::string narrow;
  for (int i = 0; i < 40; ++i) {
    wide += "*a?b";
    narrow += "*a?b?*b";
  }
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(covers(wide + "*", narrow + "*"));
  EXPECT_FALSE(covers(narrow + "*", wide + "*"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

}  // namespace
}  // namespace gatehouse::routing
