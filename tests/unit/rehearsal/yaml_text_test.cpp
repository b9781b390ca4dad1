#include "rehearsal/yaml_text.h"

#include <gtest/gtest.h>

#include "rehearsal/yaml_tree.h"

namespace gatehouse::rehearsal {
namespace {

TEST(YamlText, is_read_back_as_it_was) {
  const Json value = Json::parse(R"({
    "plain": "r/policies/x.lua", "text": "a: b # c", "digits": "42", "number": 42, "true": "true",
    "nothing": null, "empty": {}, "none": [], "list": ["a", "b, c", 7], "odd key:": "\u007f\n\"",
    "deep": {"maps": [{"a": {"b": "1"}}], "inner": {"é": "ü"}}})");
  config::Diagnostics said;
  const YamlTree read = read_yaml(yaml_of(value, "  "), said);
  ASSERT_TRUE(said.empty()) << said.front().message << '\n' << yaml_of(value, "  ");
  EXPECT_EQ(read.root, value) << yaml_of(value, "  ");
}

TEST(YamlText, is_for_people_where_it_can_be) {
  EXPECT_EQ(yaml_of(Json::parse(R"({"a": "x/y.z", "b": {"c": [1, "two"]}, "d": "8:00"})"), ""),
            "a: x/y.z\nb:\n  c: [1, two]\nd: \"8:00\"\n");
}

}  // namespace
}  // namespace gatehouse::rehearsal
