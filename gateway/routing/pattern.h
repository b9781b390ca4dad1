// One value of a condition: a pattern with wildcards, or a regular expression.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/spec.h"

namespace re2 {
class RE2;
}

namespace gatehouse::routing {

enum class Case : std::uint8_t { matters, ignored };

// Immutable; compiled once.
class Pattern {
 public:
  // `spec` compiles: load() has looked at it.
  Pattern(const config::PatternSpec& spec, Case letters);

  // A pattern as text() has it.
  [[nodiscard]] static Pattern compiled(std::string text, Case letters);

  // All of `text` for a pattern, any part of it for a regular expression.
  [[nodiscard]] bool matches(std::string_view text) const;
  [[nodiscard]] bool is_regex() const { return regex_ != nullptr; }
  // The compiled pattern; of a regular expression the text of it.
  [[nodiscard]] const std::string& text() const { return text_; }
  // A compiled pattern that matches whatever this matches, and the less else the better.
  [[nodiscard]] std::string wider_glob() const;
  // A compiled pattern that matches exactly what this matches; nothing: a regular expression that
  // says more than a plain beginning, middle or end.
  [[nodiscard]] std::optional<std::string> exact_glob() const;

 private:
  Pattern(std::string text, Case letters) : text_(std::move(text)), letters_(letters) {}

  std::string text_;
  std::shared_ptr<const re2::RE2> regex_;
  Case letters_;
};

}  // namespace gatehouse::routing
