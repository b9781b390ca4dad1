// An explanation for programs.
#pragma once

#include <string>

#include "proxy/explain_cors.h"

namespace gatehouse::admin {

// One JSON object and a line end: what was matched, `rules` in order with what failed, `rule` that
// decides (null: none), what `steps` run and say, and `action` or `refused`.
[[nodiscard]] std::string explain_json(const std::string& listener,
                                       const proxy::Explanation& explanation);
// The same of a browser: `preflight` and `request` with what is asked, what the gateway does, what
// of the answer is known, and what the browser makes of it; `verdict` in a word and a sentence.
[[nodiscard]] std::string cors_json(const std::string& listener,
                                    const proxy::CorsExplanation& explanation);

}  // namespace gatehouse::admin
