#include <cstdio>

#include "app/command.h"
#include "policy/stubs.h"

namespace gatehouse::app {

int run_lua(const Arguments& arguments) {
  if (arguments.rest.size() != 1 || arguments.rest[0] != "stubs") {
    std::fputs("gatehouse: lua knows `stubs`\n", stderr);
    return kUsage;
  }
  std::fputs(policy::stubs().c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
