// Patterns as on an ALB: `*` is any number of any bytes, `?` exactly one (ALB.md 1.2).
#pragma once

#include <string>
#include <string_view>

namespace gatehouse::routing {

// In a compiled pattern the wildcards are bytes that no request can hold, so that `*` and `?` can
// stand for themselves.
inline constexpr char kAny = '\x01';
inline constexpr char kOne = '\x02';
// Between the name and the value where both are matched as one text.
inline constexpr char kBetween = '\x03';

// Everything as it stands but * and ?; consecutive stars become one, which says the same.
[[nodiscard]] std::string compile_glob(std::string_view text);
// The same for texts whose case is ignored: they are to be lower-cased.
[[nodiscard]] std::string compile_glob_lower(std::string_view text);
// The same where \* and \? stand for themselves; any other backslash does too.
[[nodiscard]] std::string compile_glob_escaped(std::string_view text);

// A compiled pattern as it may be written: what stands for itself has a backslash in front.
[[nodiscard]] std::string glob_text(std::string_view pattern);

// Whether all of `text` matches a compiled pattern.  Cost: at most |pattern| x |text|, never worse.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);
// The same for a lower-case pattern, whatever the case of `text`.
[[nodiscard]] bool glob_matches_any_case(std::string_view pattern, std::string_view text);

}  // namespace gatehouse::routing
