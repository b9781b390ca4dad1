// Calls that wait park the policy, and the exchange with it.
#include "policy/scheduler.h"

#include <gtest/gtest.h>

#include "lib/policy.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

// Lets the time pass, and what is due happen.
void pass(Policy& policy, Micros time) {
  auto& services = *policy.services();
  services.clock.advance(time);
  services.loop().turn(false);
  services.loop().run_timers();
  services.loop().run_deferred();
}

std::string later(Policy& policy, test::FakeExchange& x, int turns = 3) {
  for (int i = 0; i < turns && !x.resumed; ++i) pass(policy, Millis(20));
  return x.resumed ? Policy::in_words(*x.resumed) : "waits on";
}

TEST(Scheduler, a_policy_sleeps_and_goes_on) {
  Policy policy(request_phase("gate.sleep('30ms') x:deny(403)"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  pass(policy, Millis(10));
  EXPECT_FALSE(x->resumed);
  EXPECT_EQ(later(policy, *x), "403 denied");
}

TEST(Scheduler, several_wait_at_the_same_time) {
  Policy policy(request_phase(R"(
    local got = gate.all {
      one = function() gate.sleep("30ms") return 1 end,
      two = function() gate.sleep("30ms") return 2 end,
      bad = function() gate.sleep("10ms") error("no") end,
      now = function() return 3 end }
    x:deny(400, gate.json.encode({got.one, got.two, got.now, got.bad == nil})))"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x, 2), "400 denied [1,2,3,true]\n");
}

TEST(Scheduler, what_waits_at_the_same_time_may_be_several_that_do) {
  Policy policy(request_phase(R"(
    local got = gate.all { outer = function()
      return gate.all { inner = function() gate.sleep("10ms") return 7 end }
    end }
    x:deny(400, got.outer.inner))"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "400 denied 7\n");
}

TEST(Scheduler, what_one_of_several_has_kept_outlives_its_failure) {
  Policy policy(request_phase(R"(
    local kept
    gate.all { bad = function() local mine = 7 kept = function() return mine end error("no") end }
    x:deny(400, kept()))"));
  EXPECT_EQ(policy.decides(), "400 denied 7\n");
}

TEST(Scheduler, what_another_policy_that_waits_has_kept_means_the_one_that_is_decided) {
  Policy policy(R"(
    local kept
    return { request = function(x)
      if x.request.path == "/keep" then kept = x gate.sleep("10ms") return end
      kept:deny(403)
    end })");
  const auto x = policy.exchange("GET /keep");
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(policy.decides("GET /other"), "403 denied");
  EXPECT_EQ(later(policy, *x), "pass");
}

TEST(Scheduler, a_verdict_in_one_of_several_ends_the_policy) {
  Policy policy(request_phase(R"(
    gate.all { one = function() gate.sleep("10ms") x:deny(403) end,
               two = function() gate.sleep("10s") end }
    x:deny(400))"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "403 denied");
  EXPECT_EQ(Policy(policy.services(), request_phase("pcall(gate.all, {a = function() x:deny(409) "
                                                    "end}) x:deny(400)"))
                .decides(),
            "409 denied");
}

TEST(Scheduler, an_endless_one_of_several_ends_the_policy) {
  Policy policy(
      request_phase("pcall(gate.all, {a = function() gate.sleep('10ms') while true do end "
                    "end}) x:deny(400)"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "503 policy_failed");
}

TEST(Scheduler, what_is_cancelled_does_not_go_on) {
  Policy policy(request_phase("gate.sleep('10ms') gate.shared.set('went on', true)"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  policy.step().on_cancel(*x);
  EXPECT_EQ(later(policy, *x), "waits on");
  EXPECT_EQ(
      Policy(policy.services(), request_phase("if gate.shared.get('went on') then x:deny(400) "
                                              "end"))
          .decides(),
      "pass");
}

TEST(Scheduler, a_wait_inside_of_pcall_comes_back_into_it) {
  Policy policy(request_phase(R"(
    local fine, why = pcall(function() gate.sleep("10ms") error("late") end)
    x:deny(400, why))"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "400 denied policies/x.lua:2: late\n");
}

TEST(Scheduler, nothing_waits_in_a_comparison_or_while_the_file_is_loaded) {
  EXPECT_EQ(Policy(request_phase("local fine, why = pcall(table.sort, {2, 1}, function() "
                                 "gate.sleep(1) end) x:deny(400, why)"))
                .decides(),
            "400 denied policies/x.lua:1: gate.sleep waits, and what table.sort or string.gsub "
            "calls may not\n");
  EXPECT_THROW(Policy("gate.sleep(1) " + request_phase("")), std::invalid_argument);
}

TEST(Scheduler, a_group_that_is_not_there_is_a_reason) {
  Policy policy(
      request_phase("local got, why = gate.fetch('none', {path = '/'}) x:deny(400, why)"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "400 denied no_target\n");
}

TEST(Scheduler, a_store_that_is_not_there_is_a_reason) {
  Policy policy(request_phase("local got, why = gate.redis.get('a') x:deny(400, why)"));
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "400 denied store_unavailable\n");
}

TEST(Scheduler, calls_are_counted) {
  config::PluginUse use;
  use.budget.calls = 1;
  Policy policy(request_phase("gate.fetch('none', {}) local got, why = gate.fetch('none', {}) "
                              "x:deny(400, why)"),
                "{}", use);
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "wait");
  EXPECT_EQ(later(policy, *x), "400 denied no calls are left of the budget\n");
}

}  // namespace
}  // namespace gatehouse::policy
