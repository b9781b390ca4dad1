#include "rehearsal/outcome.h"

#include <gtest/gtest.h>

namespace gatehouse::rehearsal {
namespace {

struct Row {
  const char* seen;
  const char* expected;
  const char* says;  // "": as expected
};

constexpr Row kRows[] = {
    {R"({"a": 1, "b": 2})", R"({"a": 1})", ""},
    {R"({"a": 1})", R"({"a": 2})", "a: expected 2, got 1"},
    {R"({"a": "1"})", R"({"a": 1})", ""},
    {R"({"a": {"b": "x"}})", R"({"a": {"b": "y"}})", R"(a.b: expected "y", got "x")"},
    {R"({})", R"({"a": 1})", "a: expected 1, got nothing"},
    {R"({"a": null})", R"({"a": {"b": 1}})", R"(a: expected {"b":1}, got nothing)"},
    {R"({"a": 1})", R"({"a": null})", "a: expected nothing, got 1"},
    {R"({"a": 1})", R"({"a": false})", "a: expected nothing, got 1"},
    {R"({"a": null})", R"({"a": false, "b": null})", ""},
    {R"({"a": true})", R"({"a": true})", ""},
    {R"({"headers": {"X-A": "1"}})", R"({"headers": {"x-a": 1}})", ""},
    {R"({"json": {"A": "1"}})", R"({"json": {"a": 1}})", "json.a: expected 1, got nothing"},
    {R"({"a": "id-17"})", R"({"a": {"matches": "^id-[0-9]+$"}})", ""},
    {R"({"a": "id-x"})", R"({"a": {"matches": "^id-[0-9]+$"}})",
     R"(a: expected a match of "^id-[0-9]+$", got "id-x")"},
    {R"({"a": [1, {"b": 2, "c": 3}]})", R"({"a": [1, {"b": 2}]})", ""},
    {R"({"a": [1]})", R"({"a": [1, 2]})", "a: expected [1,2], got [1]"},
    {R"({"a": [1, 2]})", R"({"a": [1, 3]})", "a.1: expected 3, got 2"},
    {R"({"a": {}})", R"({"a": 1})", "a: expected 1, got {}"},
    {R"({"verdict": "pass", "rule": "r"})", R"({"rule": "q"})", R"(rule: expected "q", got "r")"},
    {R"("x")", R"("y")", R"(value: expected "y", got "x")"},
};

TEST(Differences, are_said_in_the_order_of_what_was_expected) {
  for (const auto& row : kRows) {
    std::string said;
    for (const auto& each : differences(Json::parse(row.seen), Json::parse(row.expected)))
      said += (said.empty() ? "" : "\n") + each.text;
    EXPECT_EQ(said, row.says) << row.seen << " / " << row.expected;
  }
}

TEST(Differences, know_the_place_in_what_was_expected) {
  const auto all =
      differences(Json::parse(R"({"a": [{"b": 1}]})"), Json::parse(R"({"a": [{"b": 2}], "c": 3})"));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].at, "/a/0/b");
  EXPECT_EQ(all[1].at, "/c");
}

TEST(Differences, of_a_key_that_no_outcome_has_are_a_mistake) {
  EXPECT_THROW(static_cast<void>(differences(Json::parse(R"({"verdict": "pass"})"),
                                             Json::parse(R"({"verdit": "pass"})"))),
               Mistake);
}

}  // namespace
}  // namespace gatehouse::rehearsal
