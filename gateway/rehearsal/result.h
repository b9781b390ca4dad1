// How tests went.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"

namespace gatehouse::rehearsal {

struct Failure {
  unsigned line = 0;  // of the test's file; 0: the text says where
  std::string text{};
};

struct TestResult {
  std::string name{};  // "": the file could not be read, and no test of it ran
  std::string file;
  unsigned line = 0;
  std::vector<Failure> failures{};
  std::vector<std::string> log{};  // the gateway's, of the last request of a test that failed
  Micros took{};
};

}  // namespace gatehouse::rehearsal
