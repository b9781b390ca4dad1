#include <cstdio>

#include "app/command.h"
#include "app/found_plugins.h"
#include "app/read_config.h"
#include "config/json_schema.h"
#include "config/reference.h"

namespace gatehouse::app {

int run_schema(const Arguments& arguments) {
  const std::string form = arguments.rest.empty() ? "json" : arguments.rest[0];
  if (form != "json" && form != "markdown" && form != "words") {
    std::fprintf(stderr, "gatehouse: a schema is printed as json, markdown or words, not as '%s'\n",
                 form.c_str());
    return kUsage;
  }
  const auto found = found_plugins(arguments.config);
  if (!found) {
    complain(found.error());
    return kFailed;
  }
  for (const auto& each : *found) {
    if (each.module == nullptr)
      std::fprintf(stderr, "gatehouse: %s is left out: %s\n", each.name.c_str(), each.why.c_str());
  }
  const auto plugins = sections_of(*found);
  const std::string out = form == "json"       ? config::json_schema(plugins)
                          : form == "markdown" ? config::reference_markdown(plugins)
                                               : config::dictionary();
  std::fputs(out.c_str(), stdout);
  return kFine;
}

}  // namespace gatehouse::app
