// The JSON Schema of routes.yaml (draft 2020-12), for editors, from the same tables that read it.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace gatehouse::config {

// Says of a file what can be said without its other parts, without files and without the
// environment: keys, types, words, forms, ranges of plain numbers.  Keys that are not available yet
// are in it.  `plugins`: a section for each whose `with` it describes, called as `use` calls it;
// without any: what is known of those that come with the gateway.
[[nodiscard]] std::string json_schema(const std::vector<Shape>& plugins = {});

}  // namespace gatehouse::config
