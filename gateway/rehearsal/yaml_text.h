// Values as YAML that people may edit.
#pragma once

#include <string>

#include "rehearsal/ask.h"

namespace gatehouse::rehearsal {

// A map in block style, its lines begun with `indent`; what read_yaml makes the same value of.
[[nodiscard]] std::string yaml_of(const Json& map, const std::string& indent);

}  // namespace gatehouse::rehearsal
