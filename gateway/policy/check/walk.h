// A walk through a policy's words, as Lua's grammar has them (Lua 5.1 reference manual, 8).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/check/lexer.h"
#include "policy/check/names.h"
#include "policy/phase.h"

namespace gatehouse::policy {

// What an expression is, and where it could be assigned to.
struct Expression {
  enum class Place : std::uint8_t { none, local, global, member };
  Known value{};
  Place place = Place::none;
  std::string_view name{};  // of the place
  Known of{};               // whose member it is
  bool dotted = false;      // and reached with a dot, not with a colon
  config::Span span{};
  bool is_table = false;  // a constructor, with `keys`
  std::vector<Token> keys{};
};

// It never stands still, whatever the words are; of what Lua does not compile it says something.
class Walk {
 public:
  Walk(std::string_view text, const Parameters* parameters)
      : tokens_(lex(text)), parameters_(parameters) {}

  // What is wrong; to be called once.
  [[nodiscard]] config::Diagnostics run();

 private:
  struct Local {
    std::string_view name;
    Known value;
  };

  // Words.
  [[nodiscard]] const Token& here() const { return tokens_[at_]; }
  [[nodiscard]] const Token& next() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  [[nodiscard]] bool at_end() const { return here().kind == Token::Kind::end; }
  void step() {
    if (!at_end()) ++at_;
  }
  bool take(std::string_view word) {
    if (!here().is(word)) return false;
    step();
    return true;
  }
  std::string_view name() {
    const std::string_view text = here().text;
    step();
    return text;
  }
  void error(std::string code, config::Span span, std::string message, std::string hint) {
    said_.push_back(
        {config::Severity::error, std::move(code), span, std::move(message), std::move(hint)});
  }

  // Statements (statements.cpp).
  void chunk();
  [[nodiscard]] bool block_ends() const;
  void statements();
  void block();
  void block_to_end();
  void statement();
  void branches();
  void for_loop();
  void repeat();
  void named_function();
  void local();
  void returned();
  void assignment_or_call();
  void assign(const Expression& place, const Known& value);
  void set_global(std::string_view name, config::Span span);
  [[nodiscard]] Local* find(std::string_view name);
  void declare(std::string_view name, Known value = {}) {
    locals_.push_back({name, std::move(value)});
  }

  // Expressions (expressions.cpp).
  std::vector<Known> expressions();
  Expression expression();
  Expression operand();
  // `may_be_set`: a global alone is not read yet.
  Expression suffixed(bool may_be_set);
  [[nodiscard]] bool is_suffix() const;
  void suffix(Expression& of);
  void member(Expression& of, std::string_view name, config::Span span);
  void call(Expression& of);
  // `given`: whether the object is the first argument, as in x.deny(x, 403).
  void need_colon_or_dot(const Expression& called, bool given);
  void check_keys(const Known& function, std::size_t place, const Expression& table);
  // `policy`: what the file returns, whose functions are its phases.
  Expression table(bool policy);
  void function_body(std::optional<Phase> phase, bool method);
  [[nodiscard]] Known argument_of(Phase phase, std::size_t place) const;
  void need_phase(std::uint32_t phases, const std::string& what, config::Span span);
  void read_global(const Expression& place);

  const std::vector<Token> tokens_;
  const Parameters* const parameters_;
  std::size_t at_ = 0;
  std::vector<Local> locals_;
  std::set<std::string_view> globals_;  // that the file sets itself
  config::Diagnostics global_writes_;   // a warning for each
  std::optional<Phase> phase_;          // nothing: any
  int depth_ = 0;                       // of functions
  config::Diagnostics said_;
};

}  // namespace gatehouse::policy
