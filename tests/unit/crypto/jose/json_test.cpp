#include "crypto/jose/json.h"

#include <gtest/gtest.h>

#include <string>

namespace gatehouse::crypto::jose {
namespace {

// What is read, written again in one form, or the fault.
std::string written(const Json& json, const JsonNode& node) {
  std::string out;
  switch (node.type) {
    case JsonType::object:
      json.each(node, [&](const JsonNode& member) {
        out += (out.empty() ? "" : ",") + std::string(member.key) + ":" + written(json, member);
      });
      return "{" + out + "}";
    case JsonType::array:
      json.each(node, [&](const JsonNode& each) {
        out += (out.empty() ? "" : ",") + written(json, each);
      });
      return "[" + out + "]";
    case JsonType::string:
      return "'" + std::string(node.text) + "'";
    case JsonType::null:
      return "null";
    default:
      return std::string(node.text);
  }
}
std::string read(std::string text, JsonLimits limits = {}) {
  Json json(limits);
  if (const auto fault = json.read(text.data(), text.size())) return std::string(word(*fault));
  return written(json, json.root());
}

struct Row {
  std::string_view text;
  std::string_view result;
};

TEST(Json, what_is_good_is_read) {
  const Row kRows[] = {
      {"{}", "{}"},
      {" {\t\"a\" :\r\n1 } ", "{a:1}"},
      {R"({"a":"x","b":[1,"y",{"c":null}],"d":true,"e":false})",
       "{a:'x',b:[1,'y',{c:null}],d:true,e:false}"},
      {R"({"a":[],"b":{},"c":[[]]})", "{a:[],b:{},c:[[]]}"},
      {R"({"":0})", "{:0}"},
      {R"({"a":"\"\\\/\b\f\n\r\t"})", "{a:'\"\\/\b\f\n\r\t'}"},
      {R"({"a":"\u0041\u00e9\u20ac\ud83d\ude00"})", "{a:'Aé€😀'}"},
      {"{\"a\":\"é€😀\x7f\"}", "{a:'é€😀\x7f'}"},
      {R"({"\u0061b":"x\u0041y\u0042z"})", "{ab:'xAyBz'}"},
      {R"({"a":-0.5e+10,"b":0,"c":1E-2,"d":-1})", "{a:-0.5e+10,b:0,c:1E-2,d:-1}"},
  };
  for (const auto& row : kRows) EXPECT_EQ(read(std::string(row.text)), row.result) << row.text;
}

TEST(Json, what_is_not_is_refused) {
  const std::string_view kRows[] = {
      "",
      " ",
      "[]",
      "1",
      "\"a\"",
      "null",
      "{",
      "}",
      "{}{}",
      "{} x",
      "{,}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{a:1}",
      "{'a':1}",
      "{\"a\":[1,]}",
      "{\"a\":[1 2]}",
      "{\"a\":01}",
      "{\"a\":+1}",
      "{\"a\":.5}",
      "{\"a\":1.}",
      "{\"a\":1e}",
      "{\"a\":-}",
      "{\"a\":0x1}",
      "{\"a\":NaN}",
      "{\"a\":Infinity}",
      "{\"a\":-Infinity}",
      "{\"a\":tru}",
      "{\"a\":TRUE}",
      "{\"a\":\"\\x\"}",
      "{\"a\":\"\\u12\"}",
      "{\"a\":\"\\u12g4\"}",
      "{\"a\":\"\\ud800\"}",
      "{\"a\":\"\\udc00\"}",
      "{\"a\":\"\\ud800\\u0041\"}",
      "{\"a\":\"\\ud800x\"}",
      "{\"a\":\"\\",
      "{\"a\":\"x",
      "{\"a\":\"\n\"}",
      "{\"a\":\"\x01\"}",
      "{\"a\":\"\xc0\x80\"}",
      "{\"a\":\"\x80\"}",
      "{\"a\":\"\xed\xa0\x80\"}",
      "{\"a\":\"\xf4\x90\x80\x80\"}",
      "{\"a\":\"\xc3\"}",
      "{\"a\":\"\xe2\x82\"}",
      "{\"a\":\"\xff\"}",
      "\xef\xbb\xbf{}",
      "{}\x0b",
      "{/**/}",
      "{\"a\":1/**/}",
  };
  for (const auto row : kRows) EXPECT_EQ(read(std::string(row)), "bad_json") << row;
  EXPECT_EQ(read(std::string("{\"a\":1}\0", 8)), "bad_json");
  EXPECT_EQ(read(std::string("{\"a\":\"\0\"}", 9)), "bad_json");
}

TEST(Json, a_member_stands_once_in_each_object) {
  const Row kRows[] = {
      {R"({"a":1,"a":1})", "duplicate_member"},
      {R"({"a":1,"b":2,"\u0061":3})", "duplicate_member"},
      {R"({"x":{"a":1,"a":2}})", "duplicate_member"},
      {R"({"x":[{"a":1},{"a":2}]})", "{x:[{a:1},{a:2}]}"},
      {R"({"a":{"a":{"a":1}}})", "{a:{a:{a:1}}}"},
      {R"({"":1,"":2})", "duplicate_member"},
      {R"({"ab":1,"ba":2,"Ab":3})", "{ab:1,ba:2,Ab:3}"},
  };
  for (const auto& row : kRows) EXPECT_EQ(read(std::string(row.text)), row.result) << row.text;
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}
std::string members(int count) {
  std::string out = "{";
  for (int i = 0; i < count; ++i) out += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":0";
  return out + "}";
}

TEST(Json, depth_members_and_values_are_bounded) {
  EXPECT_EQ(read("{\"a\":" + repeated("[", 7) + repeated("]", 7) + "}").substr(0, 4), "{a:[");
  EXPECT_EQ(read("{\"a\":" + repeated("[", 8) + repeated("]", 8) + "}"), "bad_json");
  EXPECT_EQ(read("{\"a\":" + repeated("[", 100000)), "bad_json");
  EXPECT_EQ(read(members(128)).substr(0, 5), "{0:0,");
  EXPECT_EQ(read(members(129)), "bad_json");
  EXPECT_EQ(read(members(129), {.members = 1000}), "bad_json");
  EXPECT_EQ(read("{\"a\":" + members(100) + ",\"b\":" + members(100) + "}"), "bad_json");
  EXPECT_EQ(read("{\"a\":[0" + repeated(",0", 509) + "]}").substr(0, 4), "{a:[");
  EXPECT_EQ(read("{\"a\":[0" + repeated(",0", 510) + "]}"), "bad_json");
}

TEST(Json, members_are_found_in_their_object_only) {
  std::string text = R"({"x":{"a":1},"a":2,"l":["a"]})";
  Json json;
  ASSERT_FALSE(json.read(text.data(), text.size()));
  EXPECT_EQ(json.find("a")->text, "2");
  EXPECT_EQ(json.find(*json.find("x"), "a")->text, "1");
  EXPECT_EQ(json.find("b"), nullptr);
  EXPECT_EQ(json.find(*json.find("l"), "a"), nullptr);
}

TEST(Json, seconds_are_whole_and_round_towards_safety) {
  struct Number {
    std::string_view text;
    std::optional<std::int64_t> down, up;
  };
  constexpr auto none = std::nullopt;
  const Number kRows[] = {
      {"0", 0, 0},
      {"100", 100, 100},
      {"100.1", 100, 101},
      {"100.999999", 100, 101},
      {"1e3", 1000, 1000},
      {"1.5e1", 15, 15},
      {"-1", none, none},
      {"-0", none, none},
      {"1e400", none, none},
      {"1e308", none, none},
      {"9007199254740991", 9007199254740991, 9007199254740991},
      {"9007199254740992", none, none},
      {"9223372036854775808", none, none},
      {"1e-400", none, none},
      {"\"100\"", none, none},
      {"true", none, none},
      {"null", none, none},
      {"[100]", none, none},
  };
  for (const auto& row : kRows) {
    std::string text = "{\"n\":" + std::string(row.text) + "}";
    Json json;
    ASSERT_FALSE(json.read(text.data(), text.size())) << row.text;
    EXPECT_EQ(seconds_of(*json.find("n"), false), row.down) << row.text;
    EXPECT_EQ(seconds_of(*json.find("n"), true), row.up) << row.text;
  }
}

}  // namespace
}  // namespace gatehouse::crypto::jose
