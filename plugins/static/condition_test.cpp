#include "condition.h"

#include <gtest/gtest.h>

namespace static_files {
namespace {

constexpr std::string_view kEtag = "\"a\"";
const Version kVersion{kEtag, 1'700'000'000, 100};  // Tue, 14 Nov 2023 22:13:20 GMT
constexpr std::string_view kThen = "Tue, 14 Nov 2023 22:13:20 GMT";
constexpr std::string_view kBefore = "Tue, 14 Nov 2023 22:13:19 GMT";

TEST(Condition, is_evaluated_in_the_order_of_the_standard) {
  const struct {
    Conditions given;
    Kind expected;
  } cases[] = {
      {{}, Kind::whole},
      {{.if_none_match = "\"a\""}, Kind::not_modified},
      {{.if_none_match = "\"b\", W/\"a\""}, Kind::not_modified},
      {{.if_none_match = "*"}, Kind::not_modified},
      {{.if_none_match = "\"b\""}, Kind::whole},
      // If-Modified-Since does not count beside If-None-Match (13.1.3).
      {{.if_none_match = "\"b\"", .if_modified_since = kThen}, Kind::whole},
      {{.if_modified_since = kThen}, Kind::not_modified},
      {{.if_modified_since = kBefore}, Kind::whole},
      {{.if_modified_since = "yesterday"}, Kind::whole},
      {{.if_match = "\"a\""}, Kind::whole},
      {{.if_match = "*"}, Kind::whole},
      {{.if_match = "W/\"a\""}, Kind::precondition_failed},
      {{.if_match = "\"b\""}, Kind::precondition_failed},
      {{.if_unmodified_since = kBefore}, Kind::precondition_failed},
      {{.if_unmodified_since = kThen}, Kind::whole},
      {{.if_match = "\"a\"", .if_none_match = "\"a\""}, Kind::not_modified},
      {{.if_none_match = "\"a\"", .range = "bytes=0-1"}, Kind::not_modified},
      {{.if_range = "\"a\"", .range = "bytes=0-1"}, Kind::part},
      {{.if_range = "W/\"a\"", .range = "bytes=0-1"}, Kind::whole},
      {{.if_range = "\"b\"", .range = "bytes=0-1"}, Kind::whole},
      {{.if_range = kThen, .range = "bytes=0-1"}, Kind::part},
      {{.if_range = kBefore, .range = "bytes=0-1"}, Kind::whole},
  };
  for (const auto& [given, expected] : cases)
    EXPECT_EQ(evaluate(given, kVersion).kind, expected) << &given - &cases[0].given;
}

TEST(Condition, takes_one_range_and_gives_the_whole_for_what_is_none) {
  const struct {
    std::string_view range;
    Kind kind;
    std::uint64_t offset, size;
  } cases[] = {
      {"bytes=0-0", Kind::part, 0, 1},
      {"bytes=10-19", Kind::part, 10, 10},
      {"bytes=90-", Kind::part, 90, 10},
      {"bytes=90-1000", Kind::part, 90, 10},
      {"bytes=0-18446744073709551615", Kind::part, 0, 100},
      {"bytes=-1", Kind::part, 99, 1},
      {"bytes=-1000", Kind::part, 0, 100},
      {"bytes=100-", Kind::not_satisfiable, 0, 0},
      {"bytes=-0", Kind::not_satisfiable, 0, 0},
      {"bytes=5-4", Kind::whole, 0, 0},
      {"bytes=0-1,5-6", Kind::whole, 0, 0},
      {"bytes=", Kind::whole, 0, 0},
      {"bytes=-", Kind::whole, 0, 0},
      {"bytes=+1-2", Kind::whole, 0, 0},
      {"lines=1-2", Kind::whole, 0, 0},
      {"bytes=99999999999999999999-", Kind::whole, 0, 0},
  };
  for (const auto& one : cases) {
    const Outcome got = evaluate({.range = one.range}, kVersion);
    EXPECT_EQ(got.kind, one.kind) << one.range;
    EXPECT_EQ(got.range.offset, one.offset) << one.range;
    EXPECT_EQ(got.range.size, one.size) << one.range;
  }
}

TEST(Date, has_three_forms) {
  EXPECT_EQ(parse_date(kThen), 1'700'000'000);
  EXPECT_EQ(parse_date("Tuesday, 14-Nov-23 22:13:20 GMT"), 1'700'000'000);
  EXPECT_EQ(parse_date("Tue Nov 14 22:13:20 2023"), 1'700'000'000);
  EXPECT_EQ(parse_date("Tue, 14 Nov 2023 22:13:20 GMT+1"), std::nullopt);
  EXPECT_EQ(format_date(1'700'000'000), kThen);
}

}  // namespace
}  // namespace static_files
