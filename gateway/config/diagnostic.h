// What is wrong with a configuration file, where, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

enum class Severity : std::uint8_t { error, warning };

// A place in the file: line and column from 1, column and length in characters.
struct Span {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 1;
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  // a kebab-case word; the table is in docs/diagnostics.md
  Span span;
  std::string message;
  std::string hint;
};

using Diagnostics = std::vector<Diagnostic>;

// Adds one, its texts as a terminal can show them.  Bounded: the 1,000th says that there are more,
// further ones are dropped.
void add(Diagnostics& diagnostics, Diagnostic diagnostic);
[[nodiscard]] std::size_t error_count(const Diagnostics& diagnostics);

// "file:line:column: error[code]: message", the line of `text`, a caret under the place, and the
// hint; in order of place.
[[nodiscard]] std::string render(const Diagnostics& diagnostics, std::string_view file,
                                 std::string_view text);
// The same for programs: an array of objects.
[[nodiscard]] std::string render_json(const Diagnostics& diagnostics, std::string_view file);

// The one of `words` that `word` was probably meant to be; "" if none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& words);

}  // namespace gatehouse::config
