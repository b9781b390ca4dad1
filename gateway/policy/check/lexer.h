// Lua's words with their places.
#pragma once

#include <string_view>
#include <vector>

#include "config/diagnostic.h"

namespace gatehouse::policy {

struct Token {
  enum class Kind : std::uint8_t { end, name, keyword, string, number, symbol };
  Kind kind = Kind::end;
  std::string_view text;  // of a string: what stands between its quotes
  config::Span span;

  [[nodiscard]] bool is(std::string_view word) const {
    return text == word && (kind == Kind::symbol || kind == Kind::keyword);
  }
};

// All of a file that Lua compiles, an `end` behind them; of another, something.
[[nodiscard]] std::vector<Token> lex(std::string_view text);

}  // namespace gatehouse::policy
