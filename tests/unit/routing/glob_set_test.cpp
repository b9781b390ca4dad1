#include "routing/glob_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "base/random.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

// A set of one trie, whose root is 0.
GlobSet set_of(const std::vector<std::string>& patterns) {
  GlobSet::Patterns compiled;
  for (const auto& pattern : patterns) {
    const auto order = static_cast<std::uint32_t>(compiled.size());
    compiled.push_back({compile_glob(pattern), order, order});
  }
  GlobSet out;
  EXPECT_EQ(out.add(std::move(compiled)), 0U);
  out.finish();
  return out;
}

std::set<std::uint32_t> all_of(const GlobSet& set, std::string_view text) {
  Scratch scratch;
  std::set<std::uint32_t> found;
  std::uint32_t best = UINT32_MAX;
  set.match(0, text, scratch, best, [&](std::uint32_t value) { found.insert(value); });
  return found;
}

using Found = std::set<std::uint32_t>;

TEST(GlobSet, every_pattern_that_matches_is_found) {
  const GlobSet set = set_of({"/a", "/a*", "/ab", "/?b", "*", "/b", "*b", "/*b"});
  EXPECT_EQ(all_of(set, "/ab"), (Found{1, 2, 3, 4, 6, 7}));
  EXPECT_EQ(all_of(set, "/a"), (Found{0, 1, 4}));
  EXPECT_EQ(all_of(set, ""), (Found{4}));
}

TEST(GlobSet, an_empty_set_matches_nothing_and_an_empty_pattern_the_empty_text) {
  GlobSet set;
  Scratch scratch;
  std::uint32_t best = UINT32_MAX;
  set.match(set.add({}), "a", scratch, best, [&](std::uint32_t) { ADD_FAILURE(); });
  EXPECT_EQ(all_of(set_of({""}), ""), Found{0});
  EXPECT_EQ(all_of(set_of({""}), "a"), Found{});
}

TEST(GlobSet, tries_in_one_set_know_nothing_of_each_other) {
  GlobSet set;
  const auto pattern = [](const char* text, std::uint32_t order) {
    return GlobSet::Pattern{compile_glob(text), order, order};
  };
  const auto first =
      set.add({pattern("/a/long/beginning/x*", 1), pattern("/a/long/beginning/y", 3)});
  const auto second = set.add({pattern("/a/long/beginning/x*", 5)});
  set.finish();
  EXPECT_EQ(set.lowest(first), 1U);
  EXPECT_EQ(set.lowest(second), 5U);
  const auto found = [&](GlobSet::Root root, std::string_view text) {
    Scratch scratch;
    Found out;
    std::uint32_t best = UINT32_MAX;
    set.match(root, text, scratch, best, [&](std::uint32_t value) { out.insert(value); });
    return out;
  };
  EXPECT_EQ(found(first, "/a/long/beginning/xy"), Found{1});
  EXPECT_EQ(found(second, "/a/long/beginning/xy"), Found{5});
  EXPECT_EQ(found(second, "/a/long/beginning/y"), Found{});
  EXPECT_EQ(found(first, "/a/long/begin"), Found{});
}

TEST(GlobSet, the_same_pattern_twice_is_found_twice) {
  EXPECT_EQ(all_of(set_of({"/a*", "/a*"}), "/ab"), (Found{0, 1}));
}

TEST(GlobSet, what_cannot_beat_the_best_is_left_out) {
  const GlobSet set = set_of({"/a/b/c", "/a*", "/a/b*", "*"});
  Scratch scratch;
  std::vector<std::uint32_t> found;
  std::uint32_t best = 2;
  set.match(0, "/a/b/c", scratch, best, [&](std::uint32_t value) {
    found.push_back(value);
    best = std::min(best, value);
  });
  EXPECT_EQ(best, 0U);
  EXPECT_EQ(std::count(found.begin(), found.end(), 2U), 0);
  EXPECT_EQ(std::count(found.begin(), found.end(), 3U), 0);
}

TEST(GlobSet, bytes_above_ascii_are_bytes) {
  EXPECT_EQ(all_of(set_of({"/caf\xc3\xa9", "/caf??", "/caf?"}), "/caf\xc3\xa9"), (Found{0, 1}));
}

TEST(GlobSet, it_agrees_with_trying_each_pattern) {
  Random random(7);
  const auto word = [&](std::string_view letters, std::uint64_t most) {
    std::string out;
    for (std::uint64_t i = random.below(most + 1); i > 0; --i)
      out.push_back(letters[random.below(letters.size())]);
    return out;
  };
  int found_any = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> patterns;
    for (std::uint64_t i = 1 + random.below(30); i > 0; --i) patterns.push_back(word("ab/*?", 9));
    const GlobSet set = set_of(patterns);
    for (int i = 0; i < 50; ++i) {
      const std::string text = word("ab/", 10);
      Found expected;
      for (std::uint32_t p = 0; p < patterns.size(); ++p) {
        if (glob_matches(compile_glob(patterns[p]), text)) expected.insert(p);
      }
      ASSERT_EQ(all_of(set, text), expected) << text;
      found_any += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found_any, 5000);
}

TEST(GlobSet, stars_behind_stars_do_not_multiply) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 50; ++i) {
    std::string pattern = "*";
    for (int k = 0; k < 12; ++k)
      pattern += std::string(1, static_cast<char>('a' + (i + k) % 2)) + "*";
    patterns.push_back(pattern + std::to_string(i));
  }
  const GlobSet set = set_of(patterns);
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "ab";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(all_of(set, text), Found{});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace gatehouse::routing
