#include "http/accept.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::http {
namespace {

ErrorType preferred(std::string_view lines) {
  test::Fed<RequestHead> fed;
  test::feed_request("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(lines) + "\r\n", {}, {}, fed);
  EXPECT_TRUE(fed.complete());
  return preferred_error_type(fed.head);
}
ErrorType accepts(std::string_view value) {
  return preferred("Accept: " + std::string(value) + "\r\n");
}

TEST(Accept, a_client_that_says_nothing_gets_text) {
  EXPECT_EQ(preferred(""), ErrorType::text);
  EXPECT_EQ(accepts(""), ErrorType::text);
  EXPECT_EQ(accepts("*/*"), ErrorType::text);
  EXPECT_EQ(accepts("image/png"), ErrorType::text);
}

TEST(Accept, a_browser_gets_html) {
  EXPECT_EQ(accepts("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ErrorType::html);
}

TEST(Accept, a_program_that_reads_json_gets_a_problem) {
  EXPECT_EQ(accepts("application/json, text/plain, */*"), ErrorType::problem_json);
  EXPECT_EQ(accepts("application/problem+json"), ErrorType::problem_json);
  EXPECT_EQ(accepts("application/*"), ErrorType::problem_json);
}

TEST(Accept, the_higher_weight_wins) {
  EXPECT_EQ(accepts("text/html;q=0.5, application/json;q=0.9"), ErrorType::problem_json);
  EXPECT_EQ(accepts("text/html;Q=0.5, application/json;q=0.499"), ErrorType::html);
  EXPECT_EQ(accepts("application/json;q=0.001, text/html; q=1.000"), ErrorType::html);
}

TEST(Accept, the_most_exact_range_counts_for_a_type) {
  EXPECT_EQ(accepts("text/plain;q=0, */*;q=0.5"), ErrorType::html);
  EXPECT_EQ(accepts("text/*;q=0, */*"), ErrorType::problem_json);
  EXPECT_EQ(accepts("text/*, text/html;q=0.1"), ErrorType::text);
}

TEST(Accept, parameters_that_only_look_like_a_weight_are_none) {
  EXPECT_EQ(accepts("text/html;seq=0, text/plain;q=0.9"), ErrorType::html);
}

TEST(Accept, several_fields_are_one_list) {
  EXPECT_EQ(preferred("Accept: text/plain;q=0.1\r\nAccept: text/html\r\n"), ErrorType::html);
}

}  // namespace
}  // namespace gatehouse::http
