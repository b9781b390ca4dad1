// A `*_test.lua` file: tests of a policy, in the same Lua with the same `gate`, and `test` besides.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "policy/loading.h"
#include "policy/scheduler.h"

namespace gatehouse::policy {

// What tests ask for: a gateway that runs the policy.  Tables of Lua come and go as JSON; what
// cannot be is an error in words.
class TestHost {
 public:
  template <typename T>
  using Said = tl::expected<T, std::string>;
  // A gateway anew, with the policy that the table describes, on which the next calls are made.
  virtual Said<void> begin(const std::string& policy) = 0;
  virtual Said<void> answers(const std::string& group, const std::string& answer) = 0;
  virtual Said<void> clock(const std::string& time) = 0;
  // What came of a request.
  virtual Said<std::string> request(const std::string& request) = 0;
  // In what a value is not as expected, a line each.
  virtual Said<std::vector<std::string>> differences(const std::string& seen,
                                                     const std::string& expected) = 0;
  // Under which a test calls gate.redis, gate.now and so on; once there is a gateway.
  virtual exchange::Exchange& exchange() = 0;
  // Lets the gateway go on until it holds; false: it never will.
  virtual bool until(const std::function<bool()>& holds) = 0;

 protected:
  ~TestHost() = default;
};

// An expectation that does not hold, or an error.
struct TestFailure {
  unsigned line = 0;  // of the test's file; 0: the text says where
  std::string text;
};

// Thread: the tests'.  Owns: a state of its own, apart from that of the policies.
class TestScript final : private Waiter {
 public:
  struct Test {
    std::string name;
    unsigned line = 0;
    std::string policy;  // the table that test.policy was given last, as JSON
    int function = LUA_NOREF;
  };

  // Executes the file, which says what tests there are.  Errors: `failure` says which.
  TestScript(SourceFile file, const FindModule& find, TestHost& host);
  TestScript(const TestScript&) = delete;
  TestScript& operator=(const TestScript&) = delete;
  ~TestScript();

  [[nodiscard]] const std::string& failure() const { return failure_; }
  [[nodiscard]] const std::vector<Test>& tests() const { return tests_; }
  // Empty: it has passed.
  [[nodiscard]] std::vector<TestFailure> run(const Test& test);

 private:
  friend struct TestCalls;
  void settled(Run& run, Vm::Outcome outcome) override;
  void put_test(lua_State* state);

  const SourceFile file_;
  TestHost& host_;
  Vm vm_;
  std::string failure_;
  std::string policy_ = "{}";
  std::vector<Test> tests_;
  std::vector<TestFailure> failures_;  // of the test that runs
  Vm::Outcome outcome_ = Vm::Outcome::waiting;
};

// The tables `test` and `t`, for lua-language-server.
[[nodiscard]] std::string test_stubs();

}  // namespace gatehouse::policy
