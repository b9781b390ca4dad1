// Regular expressions of the file: RE2's, so that their time is linear in the text.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace gatehouse::config {

// Compiled once, shared by all workers.  Bytes are compared, not characters.
// Errors: what is wrong with the expression.
[[nodiscard]] Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view text,
                                                                    bool ignore_case);

// `$1` of a replacement in RE2's words: \\1; `$$` is a plain `$`.
// Errors: a group that the expression has not.
[[nodiscard]] Result<std::string> compile_replacement(const re2::RE2& regex,
                                                      std::string_view replacement);

}  // namespace gatehouse::config
