// Diagnostics for tools that gather findings of many programs.
#pragma once

#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace gatehouse::config {

// A log in the Static Analysis Results Interchange Format 2.1.0 (OASIS), in order of place.
// `version` is the program's.
[[nodiscard]] std::string render_sarif(const Diagnostics& diagnostics, std::string_view file,
                                       std::string_view version);

}  // namespace gatehouse::config
