#include "rehearsal/stage.h"

#include <gtest/gtest.h>

#include "config/load.h"
#include "lib/routes.h"

namespace gatehouse::rehearsal {
namespace {

// Rules that need neither a plugin nor a policy.
class StageOf {
 public:
  explicit StageOf(const std::string& text) {
    auto loaded = config::load(
        "version: 1\nlisteners: {public: {address: \"127.0.0.1:80\"}}\n" + text, test::NoSource());
    if (!loaded.good())
      throw std::runtime_error(config::render(loaded.diagnostics, "routes.yaml", text));
    stage_ = std::make_unique<Stage>(loaded.spec);
  }
  Stage* operator->() { return stage_.get(); }

 private:
  std::unique_ptr<Stage> stage_;
};

constexpr char kForward[] = R"(
target_groups: {shop: {targets: ["localhost:5000"]}, other: {targets: ["localhost:5000"]}}
routes:
  - {name: other, priority: 1, when: {path: /other}, action: {forward: other}}
  - {name: away, priority: 2, when: {path: /away}, action: {redirect: {path: /}}}
default: {action: {forward: shop}}
)";

TEST(Stage, a_request_reaches_the_group_of_its_rule_though_both_have_one_address) {
  StageOf stage(kForward);
  stage->answers("other", Json::parse(R"({"body": "from other"})"));
  const Json seen = stage->request(Json::parse(R"({"url": "http://a.test/other?q=1"})"));
  EXPECT_EQ(seen["rule"], "other");
  EXPECT_EQ(seen["verdict"], "pass");
  EXPECT_EQ(seen["body"], "from other");
  EXPECT_EQ(seen["upstream"]["group"], "other");
  EXPECT_EQ(seen["upstream"]["path"], "/other?q=1");
  EXPECT_EQ(seen["upstream"]["headers"]["X-Forwarded-Host"], "a.test");
}

TEST(Stage, an_action_that_answers_asks_no_target) {
  StageOf stage(kForward);
  const Json seen = stage->request(Json::parse(R"({"url": "/away"})"));
  EXPECT_EQ(seen["status"], 302);
  EXPECT_EQ(seen["reason"], "redirected");
  EXPECT_EQ(seen["verdict"], "pass");
  EXPECT_TRUE(seen["upstream"].is_null());
}

TEST(Stage, what_a_target_gets_and_says_is_whole) {
  StageOf stage(kForward);
  stage->answers("shop", Json::parse(R"({"method": "POST", "status": 201, "json": {"id": 7}})"));
  const Json seen =
      stage->request(Json::parse(R"({"json": {"name": "tea"}, "cookies": {"a": 1}})"));
  EXPECT_EQ(seen["upstream"]["json"]["name"], "tea");
  EXPECT_EQ(seen["upstream"]["headers"]["Cookie"], "a=1");
  EXPECT_EQ(seen["status"], 201);
  EXPECT_EQ(seen["json"]["id"], 7);
  const Json none = stage->request(Json::parse(R"({"url": "/x"})"));
  EXPECT_EQ(none["status"], 404);
  EXPECT_EQ(none["body"], "the test has no answer of shop to GET /x\n");
}

TEST(Stage, a_target_that_refuses_or_says_nothing_costs_no_time) {
  StageOf stage(kForward);
  stage->answers("shop", Json::parse(R"({"fails": "silent"})"));
  EXPECT_EQ(stage->request(Json::parse("{}"))["reason"], "target_timeout");
  stage->answers("other", Json::parse(R"({"fails": "refused"})"));
  EXPECT_EQ(stage->request(Json::parse(R"({"url": "/other"})"))["status"], 502);
}

TEST(Stage, the_answer_to_head_has_no_body) {
  StageOf stage(kForward);
  stage->answers("shop", Json::parse(R"({"body": "12345"})"));
  const Json seen = stage->request(Json::parse(R"({"method": "HEAD"})"));
  EXPECT_EQ(seen["headers"]["Content-Length"], "5");
  EXPECT_EQ(seen["body"], "");
}

TEST(Stage, a_mistake_says_what_was_meant) {
  StageOf stage(kForward);
  const auto mistake = [&](const char* request) {
    try {
      static_cast<void>(stage->request(Json::parse(request)));
    } catch (const Mistake& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(mistake(R"({"metod": "GET"})"), "a request has no key 'metod', did you mean 'method'?");
  EXPECT_EQ(mistake(R"({"url": "no url"})"), "'no url' is no URL: http://HOST/PATH, or /PATH");
  EXPECT_EQ(mistake(R"({"listener": "none"})"), "there is no listener 'none'");
  EXPECT_EQ(mistake(R"({"headers": {"A": "b\r\nC: d"}})"), "'A: b\r\nC: d' is no header");
  EXPECT_THROW(stage->answers("shops", Json::object()), Mistake);
  EXPECT_THROW(stage->set_clock("tomorrow"), Mistake);
}

}  // namespace
}  // namespace gatehouse::rehearsal
