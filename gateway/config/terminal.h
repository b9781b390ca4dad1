// Pieces of a file as a terminal can show them: nothing in them moves the cursor, and how wide they
// are is known.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace gatehouse::config {

// 'text' for a message: one line, controls as `?`, cut after 60 characters.
[[nodiscard]] std::string in_quotes(std::string_view text);

// The same without quotes and without an end.
[[nodiscard]] std::string shown(std::string_view text);

// The line of a file with carets under the place, two lines with an indent; a long line is cut
// around the place.  "" for a blank line and one of more than 64 KiB.
[[nodiscard]] std::string excerpt(std::string_view line, const Span& span);

}  // namespace gatehouse::config
