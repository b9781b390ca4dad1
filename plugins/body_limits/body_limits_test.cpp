#include <gtest/gtest.h>

#include <gatehouse/testing.hpp>

#include "media_type.h"

namespace body_limits {
namespace {

using Gateway = gatehouse::testing::Gateway;

TEST(MediaType, is_among_a_list_whatever_its_case_and_parameters) {
  const std::vector<std::string> list = {"application/json", "image/*"};
  for (const auto* type :
       {"application/json", "Application/JSON; charset=utf-8", " image/png", "IMAGE/gif;a"})
    EXPECT_TRUE(is_among(list, type)) << type;
  for (const auto* type : {"", "application/jsonp", "application/json/x", "image", "image/",
                           "text/plain", "x/application/json"})
    EXPECT_FALSE(is_among(list, type)) << type;
  EXPECT_TRUE(is_among({"*/*"}, "a/b"));
}

TEST(MediaType, that_could_stand_in_a_list) {
  for (const auto* text : {"a/b", "image/*", "*/*", "application/problem+json"})
    EXPECT_TRUE(is_media_range(text)) << text;
  for (const auto* text : {"", "json", "/b", "a/", "*/json", "a/b; c=d", "a/b/c"})
    EXPECT_FALSE(is_media_range(text)) << text;
}

TEST(BodyLimits, refuses_another_type_and_says_which_it_takes) {
  Gateway gateway;
  gateway.with("content_types", "application/json");
  gateway.with("content_types", "image/*");
  gateway.request("POST", "/", {{"Content-Type", "text/plain"}}, "hello");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 415");
  EXPECT_EQ(gateway.answer().headers,
            (gatehouse::testing::Fields{{"Accept", "application/json, image/*"}}));
  gateway.request("POST", "/", {}, "hello");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 415");
  EXPECT_EQ(gateway.explain(GH_REQUEST).front(),
            "application/octet-stream is none of its content_types");
  gateway.request("POST", "/", {{"Content-Type", "image/png"}, {"content-type", "text/html"}},
                  "hi");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 415");
  EXPECT_EQ(gateway.explain(GH_REQUEST).front(), "text/html is none of its content_types");
  gateway.request("POST", "/", {{"Content-Type", "image/png"}}, "hello");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  gateway.request("GET", "/");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
}

TEST(BodyLimits, refuses_a_larger_body_by_its_length_or_as_it_comes) {
  Gateway gateway;
  gateway.with("size", "", 4);
  gateway.request("POST", "/", {}, "1234");
  EXPECT_EQ(gateway.run(GH_REQUEST), "pass");
  EXPECT_EQ(gateway.run_body(GH_REQUEST_BODY, "1234", true), "1234");
  gateway.request("POST", "/", {}, "12345");
  EXPECT_EQ(gateway.run(GH_REQUEST), "answer 0");  // as the reason body_too_large has it
  EXPECT_EQ(gateway.answer().reason, "body_too_large");
}

}  // namespace
}  // namespace body_limits
