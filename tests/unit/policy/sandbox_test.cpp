// What a policy tries in order to get out, or to keep others waiting; and that others do not
// notice.
#include "policy/sandbox.h"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <string>

#include "lib/policy.h"
#include "observe/prometheus.h"
#include "policy/policy_state.h"

namespace gatehouse::policy {
namespace {

using test::Policy;
using test::request_phase;

struct Row {
  std::string expected;
  std::string code;
};

std::vector<Row> rows() {
  std::ifstream in(GATEHOUSE_TESTS_DIR "/unit/policy/escapes.txt");
  std::vector<Row> out;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const auto colon = line.find(": ");
    out.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return out;
}

// What the row says of a policy with this code.
std::string outcome(const Row& row, const Policy& neighbour) {
  const auto decides = [&](const std::string& body) {
    return Policy(neighbour.services(), request_phase(body)).decides("GET /");
  };
  if (row.expected == "nil")
    return decides("if (" + row.code + ") == nil then x:deny(400) end") == "400 denied"
               ? "nil"
               : "something";
  if (row.expected == "raises") {
    const std::string said =
        decides("local fine = pcall(function() " + row.code + " end) x:deny(400, tostring(fine))");
    return said == "400 denied false\n" ? "raises" : said;
  }
  const std::string said = decides(row.code);
  if (row.expected == "fine") return said == "pass" ? "fine" : said;
  return said == "503 policy_failed" ? "dies" : said;
}

std::uint64_t over_budget() {
  const auto state = state_of_policy("api/policies/x.lua");
  return state->failures(Cause::cpu) + state->failures(Cause::memory);
}

TEST(Sandbox, contains_what_policies_try) {
  ASSERT_GT(rows().size(), 200U);
  Policy neighbour(request_phase(
      "if ('a,b'):upper():match('A') and #string.rep('x', 3) == 3 and pcall(pairs, {}) and "
      "gate.json.encode({1}) == '[1]' and math.max(1, 2) == 2 then x:deny(418) end"));
  for (const auto& row : rows()) {
    const std::uint64_t before = over_budget();
    EXPECT_EQ(outcome(row, neighbour), row.expected) << row.code;
    EXPECT_EQ(over_budget() - before, row.expected == "dies" ? 1U : 0U) << row.code;
    ASSERT_EQ(neighbour.decides(), "418 denied") << "after " << row.code;
  }
}

// What the thread has used of its processor.
std::chrono::milliseconds processor_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::milliseconds(now.tv_sec * 1000 + now.tv_nsec / 1'000'000);
}

TEST(Sandbox, looks_sooner_at_a_run_whose_instructions_read_long_texts) {
  config::PluginUse use;
  use.budget.memory = {64U << 20};
  for (const std::string what : {"a < b", "a:lower()", "a .. ''", "a + 1", "tonumber(a, 2)"}) {
    Policy policy(request_phase("local a = ('0'):rep(3000000) local b = a .. 0 "
                                "for i = 1, 1e9 do local y = " +
                                what + " end"),
                  "{}", use);
    const auto from = processor_time();
    EXPECT_EQ(policy.decides(), "503 policy_failed");
    EXPECT_LT((processor_time() - from).count(), 40) << what;  // of 5; hundreds if it looked later
  }
}

TEST(Sandbox, what_a_function_has_kept_of_a_run_is_no_other_policys) {
  for (const std::string end : {"x:deny(403)", "error('no')", "while true do end"}) {
    Policy spy(
        "local look " +
        request_phase("if look then x:deny(400, table.concat({look('spied')}, ' ')) end "
                      "local a, b, c, d = 'my a', 'my b', 'my c', 'my d' look = function(new) "
                      "local seen = {a, b, c, d} a, b, c, d = new, new, new, new "
                      "return unpack(seen) end " +
                      end));
    Policy neighbour(spy.services(), request_phase("local a, b, c, d = 'its a', 'its b', 'its c', "
                                                   "'its d' gate.sleep('10ms') "
                                                   "x:deny(400, table.concat({a, b, c, d}, ' '))"));
    auto& services = *spy.services();
    EXPECT_NE(spy.decides(), "pass");
    const auto x = neighbour.exchange();
    ASSERT_EQ(Policy::in_words(neighbour.request(*x)), "wait");
    EXPECT_EQ(spy.decides(), "400 denied my a my b my c my d\n") << end;
    services.clock.advance(Millis(20));
    services.loop().turn(false);
    services.loop().run_timers();
    services.loop().run_deferred();
    ASSERT_TRUE(x->resumed);
    EXPECT_EQ(Policy::in_words(*x->resumed), "400 denied its a its b its c its d\n") << end;
  }
}

TEST(Sandbox, keeps_little_of_what_runs_allocate) {
  Policy policy(request_phase("local t = {} for i = 1, 1000 do t[i] = {i} end"));
  const auto bytes = [] { return WorkerVm::here()->vm.bytes(); };
  for (int i = 0; i < 200; ++i) EXPECT_EQ(policy.decides(), "pass");
  const std::size_t after_some = bytes();
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(policy.decides(), "pass");
  EXPECT_LT(bytes(), after_some + (1U << 20));
}

TEST(Sandbox, who_keeps_too_much_behind_a_wait_begins_anew_and_nobody_else) {
  Policy hoarder("local kept = {} " +
                 request_phase("gate.sleep(0) kept[#kept + 1] = string.rep('x', 1000000) .. #kept "
                               "x:deny(400 + math.min(#kept, 100))"));
  Policy neighbour(hoarder.services(),
                   "local runs = 0 " + request_phase("runs = runs + 1 x:deny(400, runs)"));
  auto& services = *hoarder.services();
  unsigned anew = 0;
  for (int i = 0; i < 200; ++i) {
    const auto x = hoarder.exchange();
    ASSERT_EQ(Policy::in_words(hoarder.request(*x)), "wait");
    services.clock.advance(Millis(20));
    services.loop().turn(false);
    services.loop().run_timers();
    services.loop().run_deferred();
    anew += x->resumed && x->resumed->status == 401 ? 1 : 0;
    ASSERT_EQ(neighbour.decides(), "400 denied " + std::to_string(i + 1) + "\n");
  }
  EXPECT_GE(anew, 2U);
}

TEST(Sandbox, who_keeps_too_much_in_its_parameters_begins_anew_and_nobody_else) {
  Policy hoarder(
      "return {with = {first = gate.integer 'of all'}, request = function(x, with) "
      "with[#with + 1] = string.rep('x', 1000000) .. #with x:deny(with.first + #with) end}",
      "{first: 399}");
  Policy neighbour(hoarder.services(),
                   "local runs = 0 " + request_phase("runs = runs + 1 x:deny(400, runs)"));
  unsigned anew = 0;
  for (int i = 0; i < 150; ++i) {
    anew += hoarder.decides().starts_with("400") ? 1 : 0;
    ASSERT_EQ(neighbour.decides(), "400 denied " + std::to_string(i + 1) + "\n");
    ASSERT_LT(WorkerVm::here()->vm.bytes(), 2 * Vm::kMostKept);
  }
  EXPECT_GE(anew, 2U);  // at first, and once more at least
}

TEST(Sandbox, who_keeps_too_much_begins_anew) {
  Policy hoarder("local kept = {} " +
                 request_phase("kept[#kept + 1] = string.rep('x', 1000000) .. #kept x:deny(400 + "
                               "math.min(#kept, 100))"));
  Policy neighbour(hoarder.services(),
                   request_phase("local t = {} for i = 1, 100 do t[i] = {} end"));
  unsigned anew = 0;
  for (int i = 0; i < 200; ++i) {
    anew += hoarder.decides().starts_with("401") ? 1 : 0;
    ASSERT_EQ(neighbour.decides(), "pass");
    ASSERT_LT(WorkerVm::here()->vm.bytes(), 2 * Vm::kMostKept);
  }
  EXPECT_GE(anew, 2U);  // at first, and once more at least
}

}  // namespace
}  // namespace gatehouse::policy
