// The JSON Schema of routes.yaml (draft 2020-12), for editors, from the same tables that read it.
#pragma once

#include <string>

namespace gatehouse::config {

// Says of a file what can be said without its other parts, without files and without the
// environment: keys, types, words, forms, ranges of plain numbers.  Keys that are not available yet
// are in it.
[[nodiscard]] std::string json_schema();

}  // namespace gatehouse::config
