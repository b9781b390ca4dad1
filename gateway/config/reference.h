// The reference of routes.yaml, from the same tables that read it.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace gatehouse::config {

// docs/configuration.md: every key with what it does, what it may hold, its default and an example;
// `plugins` as in json_schema().
[[nodiscard]] std::string reference_markdown(const std::vector<Shape>& plugins = {});

// The keys and words of the file as entries of a libFuzzer dictionary, a line each.
[[nodiscard]] std::string dictionary();

}  // namespace gatehouse::config
