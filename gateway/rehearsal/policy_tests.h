// The tests of a `*_test.lua` file, run.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/coverage.h"
#include "rehearsal/result.h"

namespace gatehouse::rehearsal {

// `file`: as its results call it; the policy is the one beside it without `_test`, unless it says
// otherwise.  What policies run is added to `coverage`, if there is one.
[[nodiscard]] std::vector<TestResult> run_policy_tests(const std::string& file, Coverage* coverage);

}  // namespace gatehouse::rehearsal
