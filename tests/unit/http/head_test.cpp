#include "http/head.h"

#include <gtest/gtest.h>

#include "lib/h1_feed.h"

namespace gatehouse::http {
namespace {

using test::Fed;

TEST(Head, fields_are_found_first_next_last_and_by_name) {
  Fed<RequestHead> fed;
  test::feed_request("GET / HTTP/1.1\r\nHost: a\r\nVia: 1\r\nX-A: b\r\nvia: 2\r\n\r\n", {}, {},
                     fed);
  ASSERT_TRUE(fed.complete());
  const Field* via = fed.head.find(FieldId::via);
  ASSERT_NE(via, nullptr);
  EXPECT_EQ(via->value(), "1");
  ASSERT_NE(fed.head.next(via), nullptr);
  EXPECT_EQ(fed.head.next(via)->value(), "2");
  EXPECT_EQ(fed.head.next(fed.head.next(via)), nullptr);
  EXPECT_EQ(fed.head.last(FieldId::via)->value(), "2");
  EXPECT_EQ(fed.head.find(FieldId::cookie), nullptr);
  EXPECT_EQ(fed.head.last(FieldId::cookie), nullptr);
  ASSERT_NE(fed.head.find("x-a"), nullptr);
  EXPECT_EQ(fed.head.find("x-a")->line(), "X-A: b\r\n");
  EXPECT_EQ(fed.head.find("x-b"), nullptr);
}

TEST(Head, a_field_that_is_removed_is_in_no_list_either) {
  Fed<RequestHead> fed;
  test::feed_request("GET / HTTP/1.1\r\nHost: a\r\nVia: 1\r\nX-A: b\r\nvia: 2\r\n\r\n", {}, {},
                     fed);
  ASSERT_TRUE(fed.complete());
  fed.head.remove(FieldId::via);
  EXPECT_EQ(fed.head.find(FieldId::via), nullptr);
  EXPECT_EQ(fed.head.find("via"), nullptr);
  ASSERT_EQ(fed.head.fields().size(), 2U);
  EXPECT_EQ(fed.head.fields()[1].line(), "X-A: b\r\n");
  EXPECT_EQ(fed.head.find(FieldId::host)->value(), "a");
}

TEST(Head, untouched_fields_lie_side_by_side) {
  Fed<RequestHead> fed;
  test::feed_request("GET / HTTP/1.1\r\nHost:a\r\nX-A: \t b \r\n\r\n", {}, {}, fed);
  const auto fields = fed.head.fields();
  EXPECT_EQ(fields[0].line().data() + fields[0].line().size(), fields[1].line().data());
  EXPECT_EQ(fields[1].line(), "X-A: \t b \r\n");
  EXPECT_EQ(fields[1].value(), "b");
}

TEST(Head, views_follow_the_bytes_when_these_move) {
  Fed<RequestHead> fed;
  const std::string text = "GET http://b.test/%61?q HTTP/1.1\r\nHost: a.test\r\nX-A: b\r\n\r\n";
  test::feed_request(text, {}, {}, fed);
  const std::string before = test::in_words(fed) + test::fields_in_words(fed.head.fields());
  auto moved = std::make_unique<char[]>(text.size());
  std::memcpy(moved.get(), text.data(), text.size());
  fed.head.rebase(fed.bytes.get(), moved.get(), text.size());
  fed.bytes = std::move(moved);  // the old block is gone: ASan sees whoever still looks at it
  EXPECT_EQ(test::in_words(fed) + test::fields_in_words(fed.head.fields()), before);
  EXPECT_EQ(fed.head.find(FieldId::host)->value(), "b.test");
  EXPECT_EQ(fed.head.raw_path, "/%61");
}

TEST(Head, methods_are_known_by_their_exact_names) {
  EXPECT_EQ(method_of("GET"), Method::get);
  EXPECT_EQ(method_of("DELETE"), Method::delete_);
  EXPECT_EQ(method_of("OPTIONS"), Method::options);
  EXPECT_EQ(method_of("get"), Method::other);
  EXPECT_EQ(method_of(""), Method::other);
}

}  // namespace
}  // namespace gatehouse::http
