// A policy decides over requests, and its end is the end.
#include "policy/policy_step.h"

#include <gtest/gtest.h>

#include "lib/policy.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

TEST(PolicyStep, falling_off_the_end_means_go_on) {
  EXPECT_EQ(Policy(request_phase("")).decides(), "pass");
}

TEST(PolicyStep, takes_part_in_the_phases_that_it_has) {
  EXPECT_EQ(Policy("return {request = function() end, log = function() end}").step().phases(),
            plugin::bit(plugin::Phase::request) | plugin::bit(plugin::Phase::log));
}

TEST(PolicyStep, a_header_is_found_whatever_the_case_of_its_name) {
  Policy policy(request_phase("if x.request.headers['x-API-key'] ~= 'k' then x:deny(401) end"));
  EXPECT_EQ(policy.decides("GET /", "X-Api-Key: k\r\n"), "pass");
  EXPECT_EQ(policy.decides(), "401 not_authenticated");
}

TEST(PolicyStep, a_reason_is_what_the_client_reads) {
  EXPECT_EQ(Policy(request_phase("x:deny(403, 'admins only')")).decides(),
            "403 denied admins only\n");
}

TEST(PolicyStep, nothing_runs_after_a_verdict) {
  Policy policy(R"(
    local after = 0
    return { request = function(x)
      if x.request.path == "/after" then x:deny(400 + after) end
      pcall(function() x:deny(403) end)
      after = 1
    end })");
  EXPECT_EQ(policy.decides(), "403 denied");
  EXPECT_EQ(policy.decides("GET /after"), "400 denied");
}

TEST(PolicyStep, what_it_sets_reaches_the_target) {
  Policy policy(request_phase("x.upstream.headers['X-User'] = 7 x.upstream.headers.accept = nil"));
  const auto x = policy.exchange("GET /", "Accept: a\r\nX-User: me\r\n");
  EXPECT_EQ(Policy::in_words(policy.request(*x)), "pass");
  EXPECT_EQ(x->upstream.get("x-user"), "7");
  EXPECT_EQ(x->upstream.get("Accept"), std::nullopt);
}

TEST(PolicyStep, a_mistake_denies_unless_the_file_says_allow) {
  const std::string text = request_phase("local none; return none.x");
  EXPECT_EQ(Policy(text).decides(), "503 policy_failed");
  config::PluginUse use;
  use.on_error = config::OnError::allow;
  EXPECT_EQ(Policy(text, "{}", use).decides(), "pass");
}

TEST(PolicyStep, parameters_are_what_the_file_says) {
  Policy policy(R"(return {
    with = { roles = gate.list(gate.string, "roles that may pass"),
             patience = gate.duration("how long", 2), left = gate.optional(gate.string "x") },
    request = function(x, with)
      x:deny(403, #with.roles .. with.roles[2] .. with.patience .. type(with.left))
    end })",
                "{roles: [user, admin], patience: 250ms}");
  EXPECT_EQ(policy.decides(), "403 denied 2admin0.25nil\n");
}

TEST(PolicyStep, what_it_keeps_of_an_exchange_that_has_ended_means_the_one_that_it_decides) {
  Policy policy(R"(
    local kept
    return { request = function(x)
      if not kept then kept = x.request return end
      x:deny(400, kept.path)
    end })");
  EXPECT_EQ(policy.decides("GET /first"), "pass");
  EXPECT_EQ(policy.decides("GET /second"), "400 denied /second\n");
}

TEST(PolicyStep, what_it_keeps_of_an_answer_is_not_there_before_the_next_one) {
  Policy policy(R"(
    local kept
    return {
      request = function(x)
        local _, why = pcall(function() return kept.Server end)
        local _, set = pcall(function() kept.Server = "x" end)
        x:deny(400, why .. ", " .. set)
      end,
      response = function(x) kept = x.response.headers end })");
  const auto x = policy.exchange();
  EXPECT_EQ(Policy::in_words(policy.response(*x)), "pass");
  EXPECT_EQ(policy.decides(),
            "400 denied policies/x.lua:5: x.response.headers is not there in the phase request, "
            "policies/x.lua:6: x.response.headers is not there in the phase request\n");
}

TEST(PolicyStep, the_identity_that_it_has_taken_away_is_nobodys) {
  Policy policy(R"(return { request = function(x)
      x.identity = { id = "7", roles = { admin = true } }
      local kept = x.identity
      x.identity = nil
      local fine, why = pcall(function() return kept.id end)
      local _, roles = pcall(function() return kept.roles end)
      x:deny(400, tostring(fine) .. " " .. why .. " " .. tostring(why == roles))
    end })");
  EXPECT_EQ(policy.decides(),
            "400 denied false policies/x.lua:5: x.identity is nobody: it is nil here false\n");
}

TEST(PolicyStep, globals_of_one_are_out_of_anothers_reach) {
  Policy one(request_phase("leak = 1 string.sub = nil math.max = function() return 9 end"));
  Policy other(one.services(),
               request_phase("x:deny(400, tostring(leak) .. string.sub('abc', 1, 1) .. "
                             "('abc'):sub(2) .. math.max(1, 2))"));
  EXPECT_EQ(one.decides(), "pass");
  EXPECT_EQ(other.decides(), "400 denied nilabc2\n");
}

TEST(PolicyStep, the_same_file_on_two_routes_is_one_policy) {
  const std::string text = "local n = 0 " + request_phase("n = n + 1 x:deny(400 + n)");
  Policy one(text);
  Policy other(one.services(), text);
  EXPECT_EQ(one.decides(), "401 not_authenticated");
  EXPECT_EQ(other.decides(), "402 denied");
}

}  // namespace
}  // namespace gatehouse::policy
