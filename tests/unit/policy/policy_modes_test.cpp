// A policy in shadow, behind a breaker, and how long it took.
#include <gtest/gtest.h>

#include "lib/policy.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

// Every test has a policy of its own name, whose state lives as long as the process.
config::PluginUse use_named(const char* name) {
  config::PluginUse use;
  use.key = name;
  return use;
}

config::PluginUse in_shadow(const char* name) {
  config::PluginUse use = use_named(name);
  use.mode = config::PolicyMode::shadow;
  return use;
}

TEST(PolicyModes, in_shadow_a_verdict_is_counted_and_the_request_goes_on) {
  Policy policy(request_phase("if x.request.path == '/no' then x:deny(403) end"), "{}",
                in_shadow("verdict"));
  EXPECT_EQ(policy.decides("GET /"), "pass");
  EXPECT_EQ(policy.decides("GET /no"), "pass");
  EXPECT_EQ(state_of_policy("verdict")->sum(&RunCounts::disagreed), 1U);
}

TEST(PolicyModes, in_shadow_nothing_of_the_request_changes) {
  Policy policy(request_phase(R"(
                  x.upstream.headers["X-A"] = "1"
                  x.upstream.headers.Accept = nil
                  x.upstream.path = "/other"
                  x.upstream.query.a = "b"
                  x.identity = {id = "u"}
                  x:forward("nowhere"))"),
                "{}", in_shadow("changes"));
  const auto x = policy.exchange("GET /p?a=1", "Accept: text/html\r\n");
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "pass");
  EXPECT_EQ(x->upstream.get("X-A"), std::nullopt);
  EXPECT_EQ(x->upstream.get("Accept"), "text/html");
  EXPECT_EQ(x->upstream_path, "/p");
  EXPECT_EQ(x->upstream_query, nullptr);
  EXPECT_EQ(x->space->identity, nullptr);
}

TEST(PolicyModes, in_shadow_nothing_of_the_answer_changes) {
  Policy policy(
      "return { response = function(x) x.response.status = 500 x.response.headers.A = 1 "
      "x.response:body('other') x:respond{status = 404} end }",
      "{}", in_shadow("answer"));
  const auto x = policy.exchange();
  x->response_status = 200;
  EXPECT_EQ(Policy::in_words(policy.response(*x)), "pass");
  EXPECT_EQ(x->response_status, 200);
  EXPECT_EQ(x->response.get("A"), std::nullopt);
}

TEST(PolicyModes, in_shadow_a_mistake_is_counted_and_denies_nobody) {
  Policy policy(request_phase("local none; return none.x"), "{}", in_shadow("mistake"));
  EXPECT_EQ(policy.decides(), "pass");
  EXPECT_EQ(state_of_policy("mistake")->failures(Cause::error), 1U);
  EXPECT_EQ(state_of_policy("mistake")->sum(&RunCounts::disagreed), 1U);
  const auto kept = state_of_policy("mistake")->disagreements().all();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].status, 503);
  EXPECT_EQ(kept[0].reason, "policy_failed");
}

TEST(PolicyModes, in_shadow_what_could_not_be_set_is_a_mistake_as_well) {
  for (const char* body : {"x.upstream.headers.A = 'a\\r\\nb'", "x.upstream.headers['a b'] = 1",
                           "x.upstream.headers['Content-Length'] = 1", "x.upstream.path = 'p'",
                           "x.identity = {id = 1}", "x.response.headers.A = 1"}) {
    const std::string name = std::string("unsettable ") + body;
    Policy policy(request_phase(body), "{}", in_shadow(name.c_str()));
    EXPECT_EQ(policy.decides(), "pass");
    EXPECT_EQ(state_of_policy(name)->sum(&RunCounts::disagreed), 1U) << body;
  }
}

TEST(PolicyModes, in_shadow_a_mistake_that_would_let_the_request_go_on_is_no_disagreement) {
  config::PluginUse use = in_shadow("forgiven");
  use.on_error = config::OnError::allow;
  Policy policy(request_phase("local none; return none.x"), "{}", use);
  EXPECT_EQ(policy.decides(), "pass");
  EXPECT_EQ(state_of_policy("forgiven")->failures(Cause::error), 1U);
  EXPECT_EQ(state_of_policy("forgiven")->sum(&RunCounts::disagreed), 0U);
}

TEST(PolicyModes, in_shadow_one_that_is_late_is_kept_as_any_that_would_have_ended_a_request) {
  Policy policy(request_phase("gate.sleep('10s')"), "{}", in_shadow("late"));
  const auto x = policy.exchange("GET /late");
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  policy.step().on_cancel(*x);
  EXPECT_TRUE(policy.step().on_deadline(*x));
  EXPECT_EQ(state_of_policy("late")->sum(&RunCounts::disagreed), 1U);
  const auto kept = state_of_policy("late")->disagreements().all();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].phase, "request");
  EXPECT_EQ(kept[0].reason, "step_timeout");
}

TEST(PolicyModes, in_shadow_a_mistake_behind_the_answer_would_have_ended_nothing) {
  Policy policy(
      "return { log = function(x) if x.request.path == '/late' then gate.sleep(9) end "
      "error('no') end }",
      "{}", in_shadow("logs"));
  EXPECT_EQ(Policy::in_words(policy.step().on_log(*policy.exchange())), "pass");
  const auto x = policy.exchange("GET /late");
  EXPECT_EQ(Policy::in_words(policy.step().on_log(*x)), "wait");
  policy.step().on_cancel(*x);
  EXPECT_TRUE(policy.step().on_deadline(*x));
  EXPECT_EQ(state_of_policy("logs")->failures(Cause::error), 1U);
  EXPECT_EQ(state_of_policy("logs")->failures(Cause::wall), 1U);
  EXPECT_EQ(state_of_policy("logs")->sum(&RunCounts::disagreed), 0U);
}

TEST(PolicyModes, an_open_breaker_answers_without_running_until_its_time_is_over) {
  config::PluginUse use = use_named("breaker");
  use.breaker = {.failures = 2, .per = Millis(10'000)};
  Policy policy("local runs = 0 " +
                    request_phase("runs = runs + 1 if x.request.path == '/fail' then error('no') "
                                  "end x:deny(400 + runs)"),
                "{}", use);
  const auto passes = [&](Millis time) {
    policy.services()->clock.advance(time);
    policy.services()->loop().turn(false);
  };
  EXPECT_EQ(policy.decides("GET /fail"), "503 policy_failed");
  passes(Millis(11'000));  // the first one is forgotten
  EXPECT_EQ(policy.decides("GET /fail"), "503 policy_failed");
  EXPECT_EQ(policy.decides(), "403 denied");
  EXPECT_EQ(policy.decides("GET /fail"), "503 policy_failed");
  EXPECT_EQ(policy.decides(), "503 policy_failed");
  EXPECT_EQ(state_of_policy("breaker")->sum(&RunCounts::skipped), 1U);
  passes(Millis(10'000));
  EXPECT_EQ(policy.decides(), "405 denied");
}

TEST(PolicyModes, an_open_breaker_lets_through_where_the_file_says_allow) {
  config::PluginUse use = use_named("allows");
  use.breaker = {.failures = 1, .per = Millis(10'000)};
  use.on_error = config::OnError::allow;
  Policy policy(request_phase("if x.request.path == '/fail' then error('no') end x:deny()"), "{}",
                use);
  EXPECT_EQ(policy.decides("GET /fail"), "pass");
  EXPECT_EQ(policy.decides(), "pass");
}

TEST(PolicyModes, without_a_breaker_a_policy_runs_however_often_it_fails) {
  Policy policy(request_phase("if x.request.path == '/fail' then error('no') end x:deny()"), "{}",
                use_named("none"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(policy.decides("GET /fail"), "503 policy_failed");
  EXPECT_EQ(policy.decides(), "403 denied");
}

TEST(PolicyModes, runs_are_counted_and_one_of_sixteen_is_timed_for_all) {
  Policy policy(request_phase("local n = 0 for i = 1, 100000 do n = n + i end"), "{}",
                use_named("timed"));
  const auto state = state_of_policy("timed");
  for (int i = 0; i < 15; ++i) EXPECT_EQ(policy.decides(), "pass");
  EXPECT_EQ(state->sum(&RunCounts::cpu_ns), 0U);
  EXPECT_EQ(policy.decides(), "pass");
  EXPECT_EQ(state->sum(&RunCounts::runs), 16U);
  EXPECT_GT(state->sum(&RunCounts::cpu_ns), 16U * 10'000);
  EXPECT_GE(state->sum(&RunCounts::wall_ns), state->sum(&RunCounts::cpu_ns));
}

TEST(PolicyModes, a_request_that_asks_is_told_how_long_each_policy_took) {
  Policy policy(request_phase("local n = 0 for i = 1, 100000 do n = n + i end"), "{}",
                use_named("asked"));
  exchange::StepTimes times;
  const auto x = policy.exchange();
  x->space->times = &times;
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "pass");
  ASSERT_NE(times.first, nullptr);
  EXPECT_EQ(times.first->step, "asked");
  EXPECT_EQ(times.first->phase, "request");
  EXPECT_GT(times.first->cpu_us, 0);
  EXPECT_GE(times.first->wall_us, times.first->cpu_us);
  EXPECT_EQ(times.first, times.last);
}

}  // namespace
}  // namespace gatehouse::policy
