#include "exchange/edits.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/h1_feed.h"

namespace gatehouse::exchange {
namespace {

using namespace std::string_view_literals;

// The edits of a head with the given fields, one a line.
class TheEdits : public ::testing::Test {
 protected:
  TheEdits() {
    test::feed_request(kHead, {}, {}, fed_);
    edits_.start(fed_.head.fields());
  }
  // "name=value" for everything that will be written, in order.
  [[nodiscard]] std::string written() const {
    std::string text;
    const auto add = [&](std::string_view name, std::string_view value) {
      text += (text.empty() ? "" : " ") + std::string(name) + "=" + std::string(value);
    };
    for (const auto& field : edits_.fields()) {
      if (!field.dropped()) add(field.name(), field.value());
    }
    for (const auto& field : edits_.extra()) add(field.name(), field.value());
    return text;
  }
  [[nodiscard]] std::string get(std::string_view name) const {
    return std::string(edits_.get(name).value_or("(none)"));
  }

  static constexpr std::string_view kHead =
      "GET / HTTP/1.1\r\nHost: h\r\nX-A: one\r\nX-B: two\r\nX-A: three\r\n\r\n";
  test::Fed<http::RequestHead> fed_;
  test::SmallArena memory_;
  Edits edits_{memory_.arena};
};

TEST_F(TheEdits, start_as_what_came_in) {
  EXPECT_EQ(written(), "Host=h X-A=one X-B=two X-A=three");
  EXPECT_EQ(get("x-a"), "one");
  EXPECT_EQ(get("X-C"), "(none)");
}

TEST_F(TheEdits, give_values_that_stay) {
  const auto one = edits_.get("X-A");
  const auto two = edits_.get("X-B");
  EXPECT_EQ(one, "one");
  EXPECT_EQ(two, "two");
}

TEST_F(TheEdits, replace_every_field_of_a_name) {
  EXPECT_TRUE(edits_.set("x-a", "four"));
  EXPECT_EQ(get("X-A"), "four");
  EXPECT_EQ(written(), "Host=h X-B=two x-a=four");
  EXPECT_TRUE(edits_.set("X-A", "five"));
  EXPECT_EQ(written(), "Host=h X-B=two X-A=five");
}

TEST_F(TheEdits, add_beside_what_is_there) {
  EXPECT_TRUE(edits_.add("X-A", "four"));
  EXPECT_EQ(get("X-A"), "one");
  EXPECT_EQ(written(), "Host=h X-A=one X-B=two X-A=three X-A=four");
}

TEST_F(TheEdits, remove_what_came_and_what_was_added) {
  EXPECT_TRUE(edits_.add("X-C", "c"));
  edits_.remove("x-c");
  edits_.remove("X-a");
  EXPECT_EQ(get("X-A"), "(none)");
  EXPECT_EQ(get("X-C"), "(none)");
  EXPECT_EQ(written(), "Host=h X-B=two");
  edits_.remove("X-A");
  EXPECT_TRUE(edits_.add("X-A", "back"));
  EXPECT_EQ(get("X-A"), "back");
}

TEST_F(TheEdits, never_touch_the_request) {
  edits_.remove("X-A");
  EXPECT_EQ(fed_.head.find("X-A")->value(), "one");
  EXPECT_FALSE(fed_.head.find("X-A")->dropped());
}

TEST_F(TheEdits, refuse_what_would_split_the_message_and_leave_all_as_it_was) {
  struct Row {
    std::string_view name, value;
  };
  const Row kRefused[] = {
      {"X-A", "a\r\nX-Evil: 1"},
      {"X-A", "a\n"},
      {"X-A", "\r"},
      {"X-A", "a\0b"sv},
      {"X A", "a"},
      {"X-A:", "a"},
      {"", "a"},
      {"X-A\r\nB", "a"},
      {"X-\0A"sv, "a"},
      {"(X)", "a"},
  };
  const std::string before = written();
  for (const Row& row : kRefused) {
    EXPECT_FALSE(edits_.set(row.name, row.value)) << row.name << row.value;
    EXPECT_FALSE(edits_.add(row.name, row.value)) << row.name << row.value;
  }
  EXPECT_EQ(written(), before);
  EXPECT_TRUE(edits_.set("X-A", "")) << "an empty value is one";
}

TEST_F(TheEdits, refuse_a_line_end_wherever_it_stands) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char wrong : "\r\n\0"sv) {
        std::string value(size, '\t');
        EXPECT_TRUE(edits_.set("X-A", value));
        value[at] = wrong;
        EXPECT_FALSE(edits_.set("X-A", value)) << size << ' ' << at;
      }
    }
  }
}

TEST_F(TheEdits, lose_and_gain_fixed_fields_all_at_once) {
  const FixedFields::Pair pairs[] = {{"x-b", "fixed"}, {"X-C", ""}};
  const FixedFields fixed(pairs);
  EXPECT_TRUE(edits_.add("x-c", "c"));
  EXPECT_TRUE(edits_.add("X-D", "d"));
  edits_.remove(fixed);
  EXPECT_EQ(written(), "Host=h X-A=one X-A=three X-D=d");
  edits_.append(fixed.fields());
  EXPECT_EQ(written(), "Host=h X-A=one X-A=three X-D=d x-b=fixed X-C=");
  for (int i = 0; i < 40; ++i) edits_.append(fixed.fields());
  EXPECT_EQ(edits_.extra().size(), 83U);
}

TEST_F(TheEdits, keep_what_the_fields_look_at) {
  edits_.remove("X-B");
  edits_.keep();
  EXPECT_EQ(written(), "Host=h X-A=one X-A=three");
  EXPECT_NE(edits_.fields()[0].start, fed_.head.fields()[0].start);
  EXPECT_NE(edits_.fields()[3].start, fed_.head.fields()[3].start);
}

TEST_F(TheEdits, copy_what_they_are_given) {
  std::string value = "short-lived, and longer than any small string";
  EXPECT_TRUE(edits_.set("X-A", value));
  value.assign(value.size(), '!');
  EXPECT_EQ(get("X-A"), "short-lived, and longer than any small string");
}

TEST_F(TheEdits, grow_without_losing_any) {
  std::string expected = written();
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(edits_.add("N" + std::to_string(i), std::to_string(i)));
    expected += " N" + std::to_string(i) + "=" + std::to_string(i);
  }
  EXPECT_EQ(written(), expected);
}

TEST_F(TheEdits, outlive_the_bytes_that_they_were_told_to_keep) {
  const std::string before = written();
  edits_.keep();
  std::fill_n(fed_.bytes.get(), kHead.size(), '!');
  EXPECT_EQ(written(), before);
}

TEST_F(TheEdits, follow_bytes_that_move) {
  edits_.append("X-Copy", fed_.head.find("X-B")->value());
  edits_.append("X-Fixed", "constant");
  const std::string before = written();
  const std::string moved(fed_.bytes.get(), kHead.size());
  edits_.rebase({fed_.bytes.get(), moved.data(), kHead.size()});
  std::fill_n(fed_.bytes.get(), kHead.size(), '!');
  EXPECT_EQ(written(), before);
}

}  // namespace
}  // namespace gatehouse::exchange
