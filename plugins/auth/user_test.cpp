#include "user.h"

#include <gtest/gtest.h>

namespace auth {
namespace {

using gatehouse::crypto::jose::Json;

// "ID EMAIL ROLES", or what is wrong.
std::string user_of(std::string text) {
  Json json;
  if (json.read(text.data(), text.size())) return "no JSON";
  User user;
  const auto fault = read_user(json, user);
  if (fault) return *fault == UserFault::no_id ? "no id" : "not representable";
  std::string roles;
  write_roles(user, roles);
  return std::string(user.id) + " <" + std::string(user.email) + "> " + roles;
}

struct Row {
  std::string_view claims;
  std::string_view user;
};

TEST(User, the_first_id_that_is_there_counts) {
  const Row kRows[] = {
      {R"({"user_id":"u","id":"i","sub":"s"})", "u <> user"},
      {R"({"id":"i","sub":"s"})", "i <> user"},
      {R"({"sub":"s","email":"a@b.c","role":"admin"})", "s <a@b.c> admin"},
      {R"({"id":42})", "42 <> user"},
      {R"({"user_id":4.2})", "no id"},
      {R"({"user_id":-1})", "no id"},
      {R"({"user_id":1e3})", "no id"},
      {R"({"user_id":null,"sub":"s"})", "no id"},  // it is there, and is no id
      {R"({"user_id":""})", "no id"},
      {R"({"user_id":["a"]})", "no id"},
      {R"({"email":"a@b.c"})", "no id"},
      {R"({"sub":"s","email":7})", "s <> user"},
      {R"({"sub":"s","roles":["a","b"]})", "s <> a,b"},
      {R"({"sub":"s","role":["a"],"roles":["b"]})", "s <> a"},
      {R"({"sub":"s","role":{"admin":true}})", "s <> user"},
      {R"({"sub":"s","role":["a",1,null,["b"]]})", "s <> a"},
  };
  for (const auto& row : kRows) EXPECT_EQ(user_of(std::string(row.claims)), row.user) << row.claims;
}

TEST(auth, H08_what_is_no_plain_text_makes_no_header) {
  for (const std::string_view text :
       {R"(a\r\nX-Admin: 1)", R"(a\u0000)", R"(a\u007f)", R"(a\u2028)", R"(😀)", R"(é)", R"( a)",
        R"(a )", R"(\ta)", R"(a\n)"}) {
    const std::string value = "\"" + std::string(text) + "\"";
    EXPECT_EQ(user_of("{\"sub\":" + value + "}"), "not representable") << text;
    EXPECT_EQ(user_of(R"({"sub":"s","email":)" + value + "}"), "not representable") << text;
    EXPECT_EQ(user_of(R"({"sub":"s","role":)" + value + "}"), "not representable") << text;
    EXPECT_EQ(user_of(R"({"sub":"s","role":["x",)" + value + "]}"), "not representable") << text;
  }
  EXPECT_EQ(user_of(R"({"sub":")" + std::string(2000, 'a') + "\"}"), "not representable");
  EXPECT_EQ(user_of(R"({"sub":"s","role":"user,admin"})"), "not representable");
  EXPECT_EQ(user_of(R"({"sub":"a b, c\"d"})"), "a b, c\"d <> user");
}

TEST(auth, H09_requirements_ask_for_exact_values) {
  Require require;
  require.role = {"admin", "owner"};
  require.claims = {{"tenant", {"a", "b"}}, {"level", {"3"}}, {"verified", {"true"}}};
  const auto passes = [&](std::string text) {
    Json json;
    return !json.read(text.data(), text.size()) && may_pass(json, require);
  };
  EXPECT_TRUE(passes(R"({"role":"admin","tenant":"b","level":3,"verified":true})"));
  EXPECT_TRUE(passes(R"({"roles":["x","owner"],"tenant":["z","a"],"level":"3","verified":true})"));
  for (const std::string_view claims :
       {R"({"role":"ADMIN","tenant":"b","level":3,"verified":true})",
        R"({"role":"user,admin","tenant":"b","level":3,"verified":true})",
        R"({"role":{"admin":true},"tenant":"b","level":3,"verified":true})",
        R"({"tenant":"b","level":3,"verified":true})",
        R"({"role":"admin","tenant":"ab","level":3,"verified":true})",
        R"({"role":"admin","level":3,"verified":true})",
        R"({"role":"admin","tenant":"b","level":3.0,"verified":true})",
        R"({"role":"admin","tenant":"b","level":3,"verified":false})",
        R"({"role":"user","roles":["admin"],"tenant":"b","level":3,"verified":true})"}) {
    EXPECT_FALSE(passes(std::string(claims))) << claims;
  }
}

}  // namespace
}  // namespace auth
