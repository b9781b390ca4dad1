#include "policy/check/lexer.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace gatehouse::policy {
namespace {

constexpr std::array<std::string_view, 22> kKeywords = {
    "and",      "break",  "do",   "else", "elseif", "end",  "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",  "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while"};
// Longest first.
constexpr std::array<std::string_view, 8> kLong = {"...", "..", "==", "~=", "<=", ">=", "::", "//"};

bool is_word(char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_'; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {
    if (text_.starts_with('#')) skip_line();
  }

  std::vector<Token> all() {
    std::vector<Token> out;
    do {
      skip_blank();
      out.push_back(next());
    } while (out.back().kind != Token::Kind::end);
    return out;
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

  void advance(std::size_t count) {
    for (; count > 0 && at_ < text_.size(); --count, ++at_) {
      if (text_[at_] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(text_[at_]) & 0xc0) != 0x80) {
        ++column_;
      }
    }
  }
  void skip_line() { advance(std::min(rest().find('\n'), rest().size())); }

  // How many = stand between the brackets of a long string that begins here; -1: none does.
  [[nodiscard]] int long_level() const {
    if (!rest().starts_with('[')) return -1;
    const auto end = rest().find_first_not_of('=', 1);
    return end != std::string_view::npos && rest()[end] == '[' ? static_cast<int>(end) - 1 : -1;
  }
  std::string_view long_string(int level) {
    const std::string close = ']' + std::string(static_cast<std::size_t>(level), '=') + ']';
    advance(close.size());
    const std::string_view inside = rest().substr(0, rest().find(close));
    advance(inside.size() + close.size());
    return inside;
  }

  void skip_blank() {
    while (at_ < text_.size()) {
      if (static_cast<unsigned char>(text_[at_]) <= ' ') {
        advance(1);
      } else if (rest().starts_with("--")) {
        advance(2);
        const int level = long_level();
        if (level >= 0)
          static_cast<void>(long_string(level));
        else
          skip_line();
      } else {
        return;
      }
    }
  }

  std::string_view quoted() {
    const char quote = text_[at_];
    advance(1);
    std::size_t size = 0;
    while (size < rest().size() && rest()[size] != quote) size += rest()[size] == '\\' ? 2 : 1;
    const std::string_view inside = rest().substr(0, std::min(size, rest().size()));
    advance(inside.size() + 1);
    return inside;
  }

  std::size_t number_size() const {
    std::size_t size = 0;
    for (; size < rest().size(); ++size) {
      const char c = rest()[size];
      const bool sign = (c == '+' || c == '-') && size > 0 &&
                        ascii::lower(rest()[size - 1]) == 'e' && !rest().starts_with("0x") &&
                        !rest().starts_with("0X");
      if (!is_word(c) && c != '.' && !sign) break;
    }
    return size;
  }

  Token next() {
    Token out;
    out.span = {line_, column_, 1};
    if (at_ == text_.size()) return out;
    const char c = text_[at_];
    const int level = long_level();
    const bool dotted = c == '.' && rest().size() > 1 && ascii::is_digit(rest()[1]);
    if (level >= 0 || c == '"' || c == '\'') {
      out.kind = Token::Kind::string;
      out.text = level >= 0 ? long_string(level) : quoted();
      out.span.length = line_ == out.span.line ? column_ - out.span.column : 1;
      return out;
    }
    std::size_t size = 1;
    if (ascii::is_digit(c) || dotted) {
      out.kind = Token::Kind::number;
      size = number_size();
    } else if (is_word(c)) {
      while (size < rest().size() && is_word(rest()[size])) ++size;
      out.kind = std::ranges::find(kKeywords, rest().substr(0, size)) != kKeywords.end()
                     ? Token::Kind::keyword
                     : Token::Kind::name;
    } else {
      out.kind = Token::Kind::symbol;
      for (const auto word : kLong) {
        if (!rest().starts_with(word)) continue;
        size = word.size();
        break;
      }
    }
    out.text = rest().substr(0, size);
    out.span.length = static_cast<std::uint32_t>(size);
    advance(size);
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace

std::vector<Token> lex(std::string_view text) { return Lexer(text).all(); }

}  // namespace gatehouse::policy
