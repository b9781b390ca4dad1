// An explanation for programs.
#pragma once

#include <string>

#include "proxy/explain.h"

namespace gatehouse::admin {

// One JSON object and a line end: what was matched, `rules` in order with what failed, `rule` that
// decides (null: none), and `action` or `refused`.
[[nodiscard]] std::string explain_json(const std::string& listener,
                                       const proxy::Explanation& explanation);

}  // namespace gatehouse::admin
