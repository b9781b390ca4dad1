// What is wrong with a configuration file, where, and what to do about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::config {

enum class Severity : std::uint8_t { error, warning, note };
[[nodiscard]] std::string_view word(Severity severity);

// A place in the file: line and column from 1, column and length in characters.
struct Span {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  std::uint32_t length = 1;
};

// Another place of the file that has to do with it.
struct Related {
  Span span;
  std::string message;
};

// A request that shows it, and the route that takes it.
struct Witness {
  std::string listener;
  std::string method;
  std::string url;
  std::vector<std::string> fields;  // "Name: value"
  std::string source_ip;
  std::string taken_by;
};

struct Diagnostic {
  Severity severity = Severity::error;
  std::string code;  // a kebab-case word; the table is in docs/diagnostics.md
  Span span;
  std::string message;
  std::string hint;
  std::vector<Related> related = {};
  std::optional<Witness> witness = {};
};

using Diagnostics = std::vector<Diagnostic>;

// Adds one, its texts as a terminal can show them.  Bounded: the 1,000th says that there are more,
// further ones are dropped.
void add(Diagnostics& diagnostics, Diagnostic diagnostic);
[[nodiscard]] std::size_t count(const Diagnostics& diagnostics, Severity severity);
[[nodiscard]] inline std::size_t error_count(const Diagnostics& diagnostics) {
  return count(diagnostics, Severity::error);
}
// In order of place.
[[nodiscard]] Diagnostics sorted(Diagnostics diagnostics);

// "file:line:column: error[code]: message", the line of `text`, a caret under the place, how to see
// it, and the hint; in order of place.  A literal secret is shown as asterisks.
[[nodiscard]] std::string render(const Diagnostics& diagnostics, std::string_view file,
                                 std::string_view text);
// The same of a file that is good: of many with one code the first 20, of notes 5, and how many
// more there are.
[[nodiscard]] std::string render_few(const Diagnostics& diagnostics, std::string_view file,
                                     std::string_view text);
// The same for programs: an array of objects.
[[nodiscard]] std::string render_json(const Diagnostics& diagnostics, std::string_view file);

[[nodiscard]] std::string render_json(const Witness& witness);
// The words behind `gatehouse explain` that show a witness.
[[nodiscard]] std::string explain_words(const Witness& witness);

// The one of `words` that `word` was probably meant to be; "" if none is near.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& words);

}  // namespace gatehouse::config
