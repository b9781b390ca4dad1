#include "routing/pattern.h"

#include <re2/re2.h>

#include "base/ascii.h"
#include "base/check.h"
#include "config/regex.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

// Whether `|` divides the expression as a whole, so that what is in front of it need not be there.
// May say so without need.
bool divided(std::string_view regex) {
  if (regex.find('|') == std::string_view::npos) return false;
  if (regex.find('[') != std::string_view::npos || regex.find("\\Q") != std::string_view::npos)
    return true;
  int depth = 0;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\') {
      ++i;
    } else if (regex[i] == '(') {
      ++depth;
    } else if (regex[i] == ')') {
      --depth;
    } else if (regex[i] == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

// The text with which everything begins that the expression matches: "^/v[0-9]" -> "/v".
std::string literal_prefix(std::string_view regex) {
  std::string out;
  if (!regex.starts_with('^') || divided(regex)) return out;
  for (std::size_t i = 1; i < regex.size(); ++i) {
    char c = regex[i];
    if (std::string_view("*?{").find(c) != std::string_view::npos) {
      if (!out.empty()) out.pop_back();  // it may be missing
      return out;
    }
    if (c == '\\') {
      if (++i == regex.size() || ascii::is_alpha(regex[i]) || ascii::is_digit(regex[i])) return out;
      c = regex[i];
    } else if (std::string_view(".+()[]^$|").find(c) != std::string_view::npos) {
      return out;
    }
    out.push_back(c);
  }
  return out;
}

// "^/v" -> "/v*", "[.]js$" -> nothing, "js$" -> "*js".
std::optional<std::string> as_glob(std::string_view regex) {
  const bool anchored = regex.starts_with('^');
  if (anchored) regex.remove_prefix(1);
  std::string out = anchored ? std::string() : std::string(1, kAny);
  bool open = true;
  for (std::size_t i = 0; i < regex.size() && open; ++i) {
    char c = regex[i];
    if (c == '$' && i + 1 == regex.size()) {
      open = false;
      continue;
    }
    if (c == '.' && regex.substr(i) == ".*") break;
    if (c == '\\') {
      if (++i == regex.size() || ascii::is_alpha(regex[i]) || ascii::is_digit(regex[i]))
        return std::nullopt;
      c = regex[i];
    } else if (std::string_view(".*+?()[]{}^$|").find(c) != std::string_view::npos) {
      return std::nullopt;
    }
    if (i + 1 < regex.size() &&
        std::string_view("*+?{").find(regex[i + 1]) != std::string_view::npos)
      return std::nullopt;
    out.push_back(c);
  }
  if (open && !out.ends_with(kAny)) out.push_back(kAny);
  return out;
}

}  // namespace

Pattern::Pattern(const config::PatternSpec& spec, Case letters) : letters_(letters) {
  if (!spec.regex) {
    text_ = letters == Case::ignored ? compile_glob_lower(spec.value) : compile_glob(spec.value);
    return;
  }
  text_ = spec.value;
  auto compiled = config::compile_regex(spec.value, letters == Case::ignored);
  GH_CHECK(compiled.has_value());
  regex_ = std::move(*compiled);
}

Pattern Pattern::compiled(std::string text, Case letters) { return {std::move(text), letters}; }

bool Pattern::matches(std::string_view text) const {
  if (regex_ != nullptr) {
    const re2::StringPiece piece(text.data(), text.size());
    return regex_->Match(piece, 0, text.size(), re2::RE2::UNANCHORED, nullptr, 0);
  }
  return letters_ == Case::ignored ? glob_matches_any_case(text_, text) : glob_matches(text_, text);
}

std::string Pattern::wider_glob() const {
  if (regex_ == nullptr) return text_;
  return (letters_ == Case::matters ? literal_prefix(text_) : std::string()) + kAny;
}

std::optional<std::string> Pattern::exact_glob() const {
  if (regex_ == nullptr) return text_;
  auto glob = as_glob(text_);
  if (glob && letters_ == Case::ignored) ascii::make_lower(*glob);
  return glob;
}

}  // namespace gatehouse::routing
