// A YAML file as values, with the lines on which they stand.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "config/diagnostic.h"
#include "rehearsal/ask.h"

namespace gatehouse::rehearsal {

struct YamlTree {  // NOLINT(bugprone-exception-escape): Json's move asserts
  Json root;
  std::map<std::string, unsigned> lines;  // by JSON pointer

  // The line of the value, or of the nearest around it.
  [[nodiscard]] unsigned line_of(std::string pointer) const;
};

// Plain numbers, true, false and null are such; what else stands there is a text.  What is wrong
// with the file is added to `diagnostics`.
[[nodiscard]] YamlTree read_yaml(std::string_view text, config::Diagnostics& diagnostics);

}  // namespace gatehouse::rehearsal
