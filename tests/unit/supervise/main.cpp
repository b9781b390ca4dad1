// The tests, and in other processes what they test: this executable plays all three parts.
#include <gtest/gtest.h>

#include "supervise/supervisor.h"
#include "unit/supervise/fake_serving.h"

int main(int argc, char** argv) {
  const std::string part = argc > 1 ? argv[1] : "";
  std::vector<std::string> rest(argv + std::min(argc, 2), argv + argc);
  if (part == "serve") return gatehouse::supervise::fake_serving(rest);
  if (part == "supervise") {
    rest.insert(rest.begin(), {"serving", "serve"});
    return gatehouse::supervise::Supervisor({.serve_argv = rest}).run();
  }
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
