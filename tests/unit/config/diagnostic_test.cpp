#include "config/diagnostic.h"

#include <gtest/gtest.h>

#include "config/terminal.h"

namespace gatehouse::config {
namespace {

Diagnostic error(Span span, std::string message) {
  return {Severity::error, "code", span, std::move(message), ""};
}

TEST(Render, is_in_order_of_place_whatever_the_order_of_finding) {
  const Diagnostics found = {
      {Severity::warning, "w", {2, 3, 2}, "third", "do this"},
      error({1, 2, 1}, "first"),
      error({2, 1, 1}, "second"),
  };
  EXPECT_EQ(render(found, "routes.yaml", "abc\nd ef\n"),
            "routes.yaml:1:2: error[code]: first\n    abc\n     ^\n"
            "routes.yaml:2:1: error[code]: second\n    d ef\n    ^\n"
            "routes.yaml:2:3: warning[w]: third\n    d ef\n      ^^\n    hint: do this\n");
  EXPECT_EQ(error_count(found), 2U);
}

TEST(Render, shows_no_line_where_there_is_none) {
  EXPECT_EQ(render({error({7, 1, 1}, "m")}, "f", "a\n"), "f:7:1: error[code]: m\n");
  EXPECT_EQ(render({error({2, 1, 1}, "m")}, "f", "a\n  \t\nb"), "f:2:1: error[code]: m\n");
  EXPECT_EQ(render({}, "f", "a"), "");
}

TEST(Render, is_an_array_for_programs) {
  EXPECT_EQ(render_json({}, "f"), "[]");
  EXPECT_EQ(
      render_json({{Severity::warning, "w", {2, 3, 4}, "a \"b\"\n\x7f ü", "c\\d"}}, "f\t"),
      "[\n  {\"file\":\"f\\u0009\",\"line\":2,\"column\":3,\"length\":4,\"severity\":\"warning\","
      "\"code\":\"w\",\"message\":\"a \\\"b\\\"\\u000a\\u007f ü\",\"hint\":\"c\\\\d\"}\n]");
}

TEST(Diagnostics, are_bounded_and_the_last_one_says_so) {
  Diagnostics found;
  for (std::uint32_t i = 1; i <= 5000; ++i) add(found, error({i, 1, 1}, "m"));
  ASSERT_EQ(found.size(), 1000U);
  EXPECT_EQ(found[998].code, "code");
  EXPECT_EQ(found[999].code, "too-many-errors");
  EXPECT_EQ(found[999].span.line, 1000U);
}

TEST(Diagnostics, are_errors_when_there_are_too_many_warnings) {
  Diagnostics found;
  for (int i = 0; i < 1000; ++i) add(found, {Severity::warning, "w", {}, "m", ""});
  EXPECT_EQ(error_count(found), 1U);
}

TEST(Nearest, by_the_table) {
  const std::vector<std::string_view> words = {
      "host", "path", "header",  "method",   "query",
      "on",   "id",   "targets", "timeouts", "circuit_breaker"};
  struct Row {
    std::string_view word, meant;
  };
  const Row kRows[] = {
      {"hots", "host"},   // two exchanged
      {"hst", "host"},    // one left out
      {"hoost", "host"},  // one put in
      {"hose", "host"},   // one replaced
      {"headers", "header"},
      {"no", "on"},
      {"di", "id"},
      {"target", "targets"},
      {"timeout", "timeouts"},
      {"circuitbreaker", "circuit_breaker"},
      {"circut_braeker", "circuit_breaker"},
      {"x", ""},  // a word of one letter is near to nothing
      {"ox", "on"},
      {"xy", ""},
      {"banana", ""},
      {"", ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(nearest(row.word, words), row.meant) << row.word;
  EXPECT_EQ(nearest(std::string(1U << 20, 'x'), words), "");
  EXPECT_EQ(nearest("host", {}), "");
}

TEST(InQuotes, is_one_line_of_bounded_length_that_moves_no_cursor) {
  EXPECT_EQ(in_quotes("plain"), "'plain'");
  EXPECT_EQ(in_quotes(""), "''");
  EXPECT_EQ(in_quotes("a\tb"), "'a b'");
  EXPECT_EQ(in_quotes("\x1b[31mred\r\nf:1:1: error"),
            "'?[31mred?"
            "?f:1:1: error'");
  EXPECT_EQ(in_quotes("\xc2\x9b"
                      "31m"),
            "'?31m'");  // a control of one character
  EXPECT_EQ(in_quotes("a\xe2\x80\xae"
                      "b"),
            "'a?b'");  // writes from right to left
  EXPECT_EQ(in_quotes("a\xff\xc3"),
            "'a?"
            "?'");  // no UTF-8
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "'" + std::string(60, 'x') + "…'");
  std::string umlauts;
  for (int i = 0; i < 61; ++i) umlauts += "ü";
  EXPECT_EQ(in_quotes(umlauts).size(), 2 + 60 * 2 + std::string("…").size());
}

TEST(Excerpt, by_the_table) {
  struct Row {
    std::string_view line;
    Span span;
    std::string_view shown;
  };
  const Row kRows[] = {
      {"abc", {1, 1, 3}, "    abc\n    ^^^\n"},
      {"abc", {1, 3, 1}, "    abc\n      ^\n"},
      {"abc", {1, 4, 1}, "    abc\n       ^\n"},  // just behind the end
      {"abc", {1, 2, 99}, "    abc\n     ^^\n"},  // no longer than the line
      {"\ta\x1b"
       "b",
       {1, 4, 1},
       "     a?b\n       ^\n"},
      {"日本x", {1, 3, 1}, "    日本x\n        ^\n"},
      {"日本x", {1, 2, 1}, "    日本x\n      ^^\n"},
      {"😀x", {1, 2, 1}, "    😀x\n      ^\n"},
      {"e\xcc\x81x", {1, 3, 1}, "    e\xcc\x81x\n     ^\n"},
      {"äx", {1, 2, 1}, "    äx\n     ^\n"},
      {"", {1, 1, 1}, ""},
      {" \t", {1, 1, 1}, ""},
  };
  for (const auto& row : kRows) EXPECT_EQ(excerpt(row.line, row.span), row.shown) << row.line;
  EXPECT_EQ(excerpt(std::string((64U << 10) + 1, 'x'), {1, 1, 1}), "");
}

TEST(Excerpt, a_long_line_is_cut_on_both_sides_of_the_place) {
  const std::string line = std::string(300, 'a') + "B" + std::string(300, 'c');
  EXPECT_EQ(excerpt(line, {1, 301, 1}), "    …" + std::string(80, 'a') + "B" +
                                            std::string(119, 'c') + "…\n" + std::string(85, ' ') +
                                            "^\n");
  EXPECT_EQ(excerpt(line, {1, 301, 301}).size(), excerpt(line, {1, 301, 1}).size() + 79)
      << "at most 80 carets";
}

TEST(Diagnostic, a_literal_secret_is_shown_as_asterisks_whatever_is_wrong_beside_it) {
  const Diagnostic literal{Severity::warning, "literal-secret", {2, 5, 8}, "m", {}};
  EXPECT_EQ(
      render({literal, error({2, 1, 1}, "n")}, "f", "a: \u00e9\n\u00e9: [\"s\u00e9cret\", b]\n"),
      "f:2:1: error[code]: n\n    \u00e9: [\"*******\", b]\n    ^\n"
      "f:2:5: warning[literal-secret]: m\n    \u00e9: [\"*******\", b]\n        ^^^^^^^^\n");
  EXPECT_EQ(render({{Severity::warning, "literal-secret", {1, 4, 99}, "m", {}}}, "f", "a: bc"),
            "f:1:4: warning[literal-secret]: m\n    a: **\n       ^^\n");
}

}  // namespace
}  // namespace gatehouse::config
