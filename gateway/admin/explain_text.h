// An explanation for people.
#pragma once

#include <string>

#include "proxy/explain_cors.h"

namespace gatehouse::admin {

[[nodiscard]] std::string explain_text(const std::string& listener,
                                       const proxy::Explanation& explanation);
// The requests of a browser, what it is told, what it makes of that, and what the page gets.
[[nodiscard]] std::string cors_text(const std::string& listener,
                                    const proxy::CorsExplanation& explanation);

}  // namespace gatehouse::admin
