#include "config/regex.h"

#include <re2/re2.h>

#include "base/ascii.h"

namespace gatehouse::config {

Result<std::shared_ptr<const re2::RE2>> compile_regex(std::string_view text, bool ignore_case) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_case_sensitive(!ignore_case);
  // Bounds what one expression may keep; the default of 8 MiB is meant for programs with few.
  options.set_max_mem(1 << 20);
  auto compiled =
      std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (!compiled->ok()) return fail("regular expression: " + compiled->error());
  return compiled;
}

Result<std::string> compile_replacement(const re2::RE2& regex, std::string_view replacement) {
  std::string out;
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '$' && (ascii::is_digit(next) || next == '$')) {
      ++i;
      if (next != '$') out += '\\';
      out += next;
    } else {
      out += c;
    }
  }
  std::string error;
  if (!regex.CheckRewriteString(out, &error)) {
    return fail("'" + std::string(replacement) + "' asks for a group that the expression has not",
                0, "it has " + std::to_string(regex.NumberOfCapturingGroups()));
  }
  return out;
}

}  // namespace gatehouse::config
