// What `gatehouse test` prints of its results.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/coverage.h"
#include "rehearsal/result.h"

namespace gatehouse::app {

using rehearsal::TestResult;

// A line a test, and under one that failed what was expected and what the gateway logged; then how
// many there were.
[[nodiscard]] std::string readable(const std::vector<TestResult>& results);
// Test Anything Protocol, version 13.
[[nodiscard]] std::string as_tap(const std::vector<TestResult>& results);
// JUnit's XML, as CI servers read it.
[[nodiscard]] std::string as_junit(const std::vector<TestResult>& results);
// Rules that no request took, and lines of policies that were never executed.
[[nodiscard]] std::string readable(const rehearsal::Coverage& coverage);

[[nodiscard]] std::size_t failed(const std::vector<TestResult>& results);

}  // namespace gatehouse::app
