#include <cstdio>

#include "app/command.h"

namespace gatehouse::app {

int run_version(const Arguments& arguments) {
  if (arguments.json) {
    std::printf("{\"version\":\"%s\",\"compiler\":\"%s\"}\n", GATEHOUSE_VERSION, __VERSION__);
  } else {
    std::printf("gatehouse %s (g++ %s)\n", GATEHOUSE_VERSION, __VERSION__);
  }
  return kFine;
}

}  // namespace gatehouse::app
