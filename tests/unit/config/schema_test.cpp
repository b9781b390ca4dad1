// A section is a table; this one has a key of each kind.
#include "config/schema.h"

#include <gtest/gtest.h>

#include "unit/config/fake_source.h"

namespace gatehouse::config {

enum class Colour : std::uint8_t { red, green, ultraviolet };

struct Sample {
  bool flag = false;
  std::uint32_t count = 7;
  std::uint32_t any = 0;
  Bytes size = 8_KiB;
  Millis time{1500};
  Colour colour = Colour::green;
  std::vector<std::string> many;
  std::string method = "GET";
  std::optional<std::uint32_t> maybe;
};

constexpr std::string_view kColours[] = {"red", "green", "ultraviolet"};
constexpr Row kSample[] = {
    field<&Sample::flag>("flag", "a switch"),
    field<&Sample::count>("count", "a number", {.required = true, .min = 2, .max = 9}),
    field<&Sample::any>("any", "a number"),
    field<&Sample::size>("size", "a size", {.min = 64}),
    field<&Sample::time>("time", "a time", {.min = 100, .max = 60'000}),
    field<&Sample::colour>("colour", "a word", {.words = kColours, .available = 2}),
    field<&Sample::many>("many", "texts"),
    field<&Sample::method>("method", "a text of a form", {.format = &kMethod}),
    field<&Sample::maybe>("maybe", "a number, or nothing"),
    checked<bool>("later", "a switch", {.later = "switches", .unless = "off"}),
};

namespace {

struct Result {
  Sample sample;
  std::string said;
};

Result read(const std::string& text) {
  Diagnostics diagnostics;
  const Document document(text, diagnostics);
  const FakeSource source;
  Reader reader(document, source, diagnostics);
  Result result;
  reader.read_map(document.root(), kSample, &result.sample, "a sample");
  for (const auto& d : diagnostics) {
    result.said += std::to_string(d.span.column) + " " + d.code + ": " + d.message +
                   (d.hint.empty() ? "" : " (" + d.hint + ")") + "\n";
  }
  return result;
}

TEST(Schema, values_arrive_in_the_struct) {
  const auto result = read(
      "{flag: yes, count: 2, size: 1MiB, time: 1min, colour: red, many: [a, "
      "b], method: PUT, maybe: 3, later: off}");
  EXPECT_EQ(result.said, "");
  EXPECT_TRUE(result.sample.flag);
  EXPECT_EQ(result.sample.count, 2U);
  EXPECT_EQ(result.sample.size, 1_MiB);
  EXPECT_EQ(result.sample.time, Millis(60'000));
  EXPECT_EQ(result.sample.colour, Colour::red);
  EXPECT_EQ(result.sample.many, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(result.sample.method, "PUT");
  EXPECT_EQ(result.sample.maybe, 3U);
}

TEST(Schema, a_list_may_be_one_value) {
  EXPECT_EQ(read("{count: 2, many: a}").sample.many, std::vector<std::string>{"a"});
}

TEST(Schema, a_wrong_value_leaves_the_default) {
  const auto result = read("{count: 1, size: 1, time: 1, colour: blue, method: put}");
  EXPECT_EQ(result.sample.count, 7U);
  EXPECT_EQ(result.sample.size, 8_KiB);
  EXPECT_EQ(result.sample.time, Millis(1500));
  EXPECT_EQ(result.sample.colour, Colour::green);
  EXPECT_EQ(result.sample.method, "GET");
}

TEST(Schema, errors_by_the_table) {
  struct Row {
    std::string_view text, said;
  };
  const Row kRows[] = {
      {"{}", "1 missing-key: a sample needs 'count': a number\n"},
      {"{cuont: 3}", "2 unknown-key: unknown key 'cuont' in a sample (did you mean 'count'?)\n"},
      {"{count: 3, banana: 1}",
       "12 unknown-key: unknown key 'banana' in a sample (known: flag, count, any, size, time, "
       "colour, many, method, maybe, later)\n"},
      {"{count: 1}", "9 out-of-range: 'count' is 1, allowed is 2 to 9\n"},
      {"{count: 10}", "9 out-of-range: 'count' is 10, allowed is 2 to 9\n"},
      {"{count: 2, any: 4294967295}", ""},
      {"{count: 2, any: 4294967296}",
       "17 out-of-range: 'any' is 4294967296, allowed is 0 to 4294967295\n"},
      {"{count: 2, size: 63B}", "18 out-of-range: 'size' is 63B, allowed is at least 64B\n"},
      {"{count: 2, time: 61s}", "18 out-of-range: 'time' is 61s, allowed is 100ms to 1min\n"},
      {"{count: 2, colour: gren}",
       "20 wrong-value: 'gren' is not one of red, green, ultraviolet (did you mean 'green'?)\n"},
      {"{count: 2, colour: mauve}",
       "20 wrong-value: 'mauve' is not one of red, green, ultraviolet\n"},
      {"{count: 2, colour: ultraviolet}",
       "20 not-available: 'colour: ultraviolet' is not available yet (available now: red, "
       "green)\n"},
      {"{count: 2, later: on}",
       "12 not-available: 'later' is not available yet: a later version brings switches (leave it "
       "out for now)\n"},
      {"{count: 2, later: perhaps}",
       "19 wrong-value: 'perhaps' is not true or false\n"
       "12 not-available: 'later' is not available yet: a later version brings switches (leave it "
       "out for now)\n"},
      {"[count, 2]", "1 wrong-type: expected a map (a sample), found a list\n"},
      {"count", "1 wrong-type: expected a map (a sample), found a single value\n"},
      {"{count: }", "2 wrong-type: expected a whole number, found nothing\n"},
      {"{count: [2]}", "9 wrong-type: expected a whole number, found a list\n"},
      {"{count: 2, many: [a, [b], {c: d}]}",
       "22 wrong-type: expected a text, found a list\n"
       "27 wrong-type: expected a text, found a map\n"},
  };
  for (const auto& row : kRows) EXPECT_EQ(read(std::string(row.text)).said, row.said) << row.text;
}

TEST(Schema, a_default_is_written_as_in_a_file) {
  const auto initial = [](std::size_t i) { return kSample[i].initial(kSample[i]); };
  EXPECT_EQ(initial(0), "false");
  EXPECT_EQ(initial(1), "7");
  EXPECT_EQ(initial(3), "8KiB");
  EXPECT_EQ(initial(4), "1500ms");
  EXPECT_EQ(initial(5), "green");
  EXPECT_EQ(initial(6), "");
  EXPECT_EQ(initial(7), "GET");
  EXPECT_EQ(initial(8), "");
}

}  // namespace
}  // namespace gatehouse::config
