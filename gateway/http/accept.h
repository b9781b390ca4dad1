// Which kind of error answer a client can read.
#pragma once

#include "http/head.h"

namespace gatehouse::http {

enum class ErrorType : std::uint8_t { text, html, problem_json };

// By the Accept fields and their weights (RFC 9110 12.5.1); text when nothing is said or nothing
// fits better.
[[nodiscard]] ErrorType preferred_error_type(const RequestHead& request);

}  // namespace gatehouse::http
