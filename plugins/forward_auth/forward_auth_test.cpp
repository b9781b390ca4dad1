#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

#include "decision.h"

namespace forward_auth {
namespace {

using gatehouse::testing::Gateway;
using std::chrono::seconds;

TEST(Decision, is_one_only_with_these_statuses) {
  for (const std::uint32_t status : {200U, 204U, 299U}) EXPECT_EQ(kind_of(status), Kind::allow);
  for (const std::uint32_t status : {301U, 302U, 303U, 307U, 308U, 401U, 403U})
    EXPECT_EQ(kind_of(status), Kind::refuse);
  for (const std::uint32_t status : {300U, 304U, 400U, 404U, 407U, 429U, 500U, 503U})
    EXPECT_EQ(kind_of(status), Kind::failed) << status;
}

TEST(Decision, lasts_as_long_as_its_answer_allows) {
  const struct {
    Kind kind;
    std::string_view cache_control;
    bool sets_cookie;
    int expected;
  } cases[] = {
      {Kind::allow, "", false, 0},
      {Kind::allow, "max-age=30", false, 30},
      {Kind::allow, "public, Max-Age=30", false, 30},
      {Kind::allow, "max-age=3000", false, 60},
      {Kind::refuse, "max-age=30", false, 5},
      {Kind::refuse, "max-age=3", false, 3},
      {Kind::failed, "max-age=30", false, 0},
      {Kind::allow, "max-age=30", true, 0},
      {Kind::allow, "private, max-age=30", false, 0},
      {Kind::allow, "max-age=30, no-store", false, 0},
      {Kind::allow, "no-cache=\"x\", max-age=30", false, 0},
      {Kind::allow, "max-age=-1", false, 0},
      {Kind::allow, "max-age=99999999999", false, 0},
      {Kind::allow, "max-age", false, 0},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(lifetime(one.kind, one.cache_control, one.sets_cookie, seconds(60)).count(),
              one.expected)
        << one.cache_control;
  }
}

TEST(Decisions, are_bounded_and_end) {
  Decisions decisions(2);
  const auto key = [](std::uint8_t n) { return Key{n}; };
  for (std::uint8_t n = 1; n <= 3; ++n) decisions.add(key(n), {Kind::allow, n, {}, {}, {}}, 100);
  EXPECT_EQ(decisions.size(), 2U);
  EXPECT_EQ(decisions.find(key(1), 0), nullptr);
  ASSERT_NE(decisions.find(key(3), 99), nullptr);
  EXPECT_EQ(decisions.find(key(3), 99)->status, 3U);
  EXPECT_EQ(decisions.find(key(3), 100), nullptr);
  EXPECT_EQ(decisions.size(), 1U);
}

class ForwardAuth : public ::testing::Test {
 protected:
  ForwardAuth() {
    gateway.with("target_group", "judges");
    gateway.with("path", "/may");
    gateway.with("copy", "X-User-ID");
    gateway.with("copy", "X-User-Role");
    gateway.with("identity", "X-User-ID");
  }
  std::string asks(const std::string& target = "/x?y=z", gatehouse::testing::Fields fields = {}) {
    gateway.request("GET", target, std::move(fields));
    return gateway.run(GH_REQUEST);
  }
  Gateway gateway;
};

TEST_F(ForwardAuth, asks_with_what_the_file_names_and_copies_what_is_answered) {
  gateway.fetch_gets({204, "", {{"x-user-id", "ann"}, {"X-Other", "1"}}, ""});
  EXPECT_EQ(
      asks("/x?y=z", {{"Cookie", "s=1"}, {"X-Forwarded-Uri", "/evil"}, {"X-User-Role", "admin"}}),
      "pass");
  EXPECT_EQ(gateway.asked().at(0),
            "GET /may\nX-Forwarded-Method: GET\nX-Forwarded-Proto: \nX-Forwarded-Host: \n"
            "X-Forwarded-Uri: /x?y=z\nX-Forwarded-For: 127.0.0.1\nCookie: s=1\n\n");
  EXPECT_EQ(gateway.upstream("X-User-ID"), "ann");
  EXPECT_EQ(gateway.upstream("X-User-Role"), "");  // H12: the client's own never counts
  EXPECT_EQ(gateway.upstream("X-Other"), "");
  EXPECT_EQ(gateway.identity(), "ann");
}

TEST_F(ForwardAuth, asks_nobody_about_two_credentials) {
  EXPECT_EQ(asks("/x", {{"Authorization", "Bearer a"}, {"authorization", "Bearer b"}}),
            "answer 400");
  EXPECT_TRUE(gateway.asked().empty());
}

TEST_F(ForwardAuth, passes_a_refusal_to_the_client) {
  gateway.fetch_gets({302,
                      "go",
                      {{"Location", "https://id.test/"},
                       {"Set-Cookie", "a=b"},
                       {"X-Secret", "1"},
                       {"Content-Type", "text/plain"}},
                      ""});
  EXPECT_EQ(asks(), "answer 302");
  EXPECT_EQ(gateway.answer().body, "go");
  const gatehouse::testing::Fields expected = {
      {"Content-Type", "text/plain"}, {"Location", "https://id.test/"}, {"Set-Cookie", "a=b"}};
  EXPECT_EQ(gateway.answer().headers, expected);
}

TEST_F(ForwardAuth, is_closed_when_nobody_decides) {
  gateway.fetch_gets({0, "", {}, "target_timeout"});
  EXPECT_EQ(asks(), "answer 503");
  EXPECT_EQ(gateway.answer().reason, "target_timeout");
  gateway.fetch_gets({500, "", {}, ""});
  EXPECT_EQ(asks(), "answer 503");
  EXPECT_EQ(gateway.answer().reason, "authorizer_failed");
}

TEST_F(ForwardAuth, knows_no_user_where_two_are_named) {
  gateway.fetch_gets({200, "", {{"X-User-ID", "ann"}, {"X-User-ID", "bob"}}, ""});
  EXPECT_EQ(asks(), "answer 503");
  EXPECT_EQ(gateway.answer().reason, "authorizer_failed");
}

TEST_F(ForwardAuth, passes_on_how_the_body_of_a_refusal_is_coded) {
  gateway.fetch_gets({403, "packed", {{"Content-Encoding", "gzip"}}, ""});
  EXPECT_EQ(asks(), "answer 403");
  const gatehouse::testing::Fields expected = {{"Content-Encoding", "gzip"}};
  EXPECT_EQ(gateway.answer().headers, expected);
}

TEST_F(ForwardAuth, remembers_nothing_that_one_of_several_fields_forbids) {
  for (int i = 0; i < 2; ++i) {
    gateway.fetch_gets(
        {200, "", {{"Cache-Control", "max-age=60"}, {"Cache-Control", "no-store"}}, ""});
    EXPECT_EQ(asks(), "pass");
  }
  EXPECT_EQ(gateway.asked().size(), 2U);
}

TEST_F(ForwardAuth, remembers_an_answer_for_exactly_the_same_question) {
  const gatehouse::testing::Fields ann = {{"Cookie", "s=ann"}};
  gateway.fetch_gets({200, "", {{"Cache-Control", "max-age=60"}, {"X-User-ID", "ann"}}, ""});
  EXPECT_EQ(asks("/x", ann), "pass");
  EXPECT_EQ(asks("/x", ann), "pass");  // without an answer to fetch
  EXPECT_EQ(gateway.upstream("X-User-ID"), "ann");
  for (const auto& [target, fields] :
       std::vector<std::pair<std::string, gatehouse::testing::Fields>>{
           {"/y", ann}, {"/x?", ann}, {"/x?a", ann}, {"/x", {{"Cookie", "s=bob"}}}, {"/x", {}}}) {
    const std::size_t before = gateway.asked().size();
    asks(target, fields);
    EXPECT_EQ(gateway.asked().size(), before + (target == "/x?" ? 0 : 1)) << target;
  }
}

}  // namespace
}  // namespace forward_auth
