#include <cstdio>

#include "app/command.h"
#include "config/json_schema.h"
#include "config/reference.h"

namespace gatehouse::app {

int run_schema(const Arguments& arguments) {
  const std::string form = arguments.rest.empty() ? "json" : arguments.rest[0];
  std::string out;
  if (form == "json") {
    out = config::json_schema();
  } else if (form == "markdown") {
    out = config::reference_markdown();
  } else if (form == "words") {
    out = config::dictionary();
  } else {
    std::fprintf(stderr, "gatehouse: a schema is printed as json, markdown or words, not as '%s'\n",
                 form.c_str());
    return kUsage;
  }
  std::fputs(out.c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
