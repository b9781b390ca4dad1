// The tests of a `*_test.yaml` file, run: requests to a routes.yaml, and what comes of them.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/coverage.h"
#include "rehearsal/result.h"

namespace gatehouse::rehearsal {

// `config`: the configuration that they are about, if the file names none.  What they reach is
// added to `coverage`, if there is one.
[[nodiscard]] std::vector<TestResult> run_route_tests(const std::string& file,
                                                      const std::string& config,
                                                      Coverage* coverage);

}  // namespace gatehouse::rehearsal
