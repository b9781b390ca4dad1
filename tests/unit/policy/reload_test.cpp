// A policy that changes over and over leaves nothing behind in the state of its worker.
#include <gtest/gtest.h>

#include "lib/policy.h"

namespace gatehouse::policy {
namespace {

using test::Policy;

std::string generation(int number) {
  return "local kept = {} for i = 1, 200 do kept[i] = 'generation " + std::to_string(number) +
         ", ' .. i end return { request = function(x) x:deny(400 + #kept / 200) end }";
}

TEST(PolicyReload, a_changed_policy_takes_the_place_of_the_one_before) {
  Policy first(generation(0));
  const auto services = first.services();
  lua_State* state = WorkerVm::here()->vm.state();
  const auto kept = [&] {
    lua_gc(state, LUA_GCCOLLECT, 0);
    return WorkerVm::here()->vm.bytes();
  };
  std::size_t early = 0;
  for (int i = 1; i <= 400; ++i) {
    Policy next(services, generation(i));
    ASSERT_EQ(next.decides(), "401 not_authenticated");
    if (i == 100) early = kept();
  }
  EXPECT_LE(kept(), early + 4096);
  EXPECT_LE(WorkerVm::here()->scripts.size(), 2U);
}

TEST(PolicyReload, a_parameter_that_changes_little_has_changed) {
  const std::string text = "return {with = {share = gate.number 'of users'}, request = error}";
  Policy first(text, "{share: 0.0000001}");
  Policy second(first.services(), text, "{share: 0.0000002}");
  EXPECT_NE(first.step().content(), second.step().content());
}

}  // namespace
}  // namespace gatehouse::policy
