// Expressions, as far as it matters what they are.
#include <algorithm>
#include <array>

#include "policy/check/walk.h"

namespace gatehouse::policy {
namespace {

constexpr std::array<std::string_view, 15> kOperators = {
    "+", "-", "*", "/", "%", "^", "..", "<", "<=", ">", ">=", "==", "~=", "and", "or"};

bool is_known(const Known& value) {
  return value.object != nullptr || !value.space.empty() || value.parameters != nullptr;
}

}  // namespace

std::vector<Known> Walk::expressions() {
  std::vector<Known> out;
  do {
    out.push_back(expression().value);
  } while (take(","));
  return out;
}

// Without precedence: only what `and` and `or` choose matters here.
Expression Walk::expression() {
  Expression left = operand();
  while (std::ranges::any_of(kOperators, [&](auto word) { return here().is(word); })) {
    const bool both = here().is("and");
    const bool either = here().is("or");
    step();
    const Expression right = operand();
    if (both || (either && !is_known(left.value)))
      left.value = right.value;
    else if (!either)
      left.value = {};
    left.is_table = false;
  }
  return left;
}

Expression Walk::operand() {
  const std::size_t before = at_;
  while (here().is("not") || here().is("-") || here().is("#")) step();
  const bool plain = at_ == before;
  Expression out;
  if (here().is("{")) {
    out = table(false);
  } else if (take("function")) {
    function_body(std::nullopt, false);
  } else if (here().kind == Token::Kind::name || here().is("(")) {
    out = suffixed(false);
  } else if (here().kind != Token::Kind::keyword || !block_ends()) {
    step();
  }
  if (!plain) out.value = {};
  return out;
}

Expression Walk::suffixed(bool may_be_set) {
  Expression out;
  out.span = here().span;
  if (take("(")) {
    out.value = expression().value;
    take(")");
  } else if (here().kind == Token::Kind::name) {
    out.name = name();
    const Local* local = find(out.name);
    out.place = local != nullptr ? Expression::Place::local : Expression::Place::global;
    if (local != nullptr)
      out.value = local->value;
    else if (!globals_.contains(out.name))
      out.value = global(out.name);
  } else {
    return out;
  }
  if (!may_be_set || is_suffix()) read_global(out);
  while (is_suffix()) suffix(out);
  return out;
}

bool Walk::is_suffix() const {
  return here().is(".") || here().is("[") || here().is(":") || here().is("(") || here().is("{") ||
         here().kind == Token::Kind::string;
}

void Walk::suffix(Expression& of) {
  if (const bool dotted = take("."); dotted || take(":")) {
    const Token word = here();
    step();
    member(of, word.text, word.span);
    of.dotted = dotted;
    return;
  }
  if (!take("[")) return call(of);
  const Token word = here();
  const bool text = word.kind == Token::Kind::string && next().is("]");
  static_cast<void>(expression());
  take("]");
  if (text) {
    member(of, word.text, word.span);
    of.dotted = true;
    return;
  }
  of = Expression{.span = word.span};
}

void Walk::member(Expression& of, std::string_view name, config::Span span) {
  Member found = member_of(of.value, name);
  if (!found.code.empty())
    error(found.code, span, found.message, found.hint);
  else if (of.value.object != nullptr)
    need_phase(found.phases, std::string(of.value.object->name) + "." + std::string(name), span);
  of = Expression{.value = std::move(found.value),
                  .place = Expression::Place::member,
                  .name = name,
                  .of = std::move(of.value),
                  .span = span};
}

void Walk::need_phase(std::uint32_t phases, const std::string& what, config::Span span) {
  if (!phase_ || (phases & bit(*phase_)) != 0) return;
  std::string where;
  for (std::size_t i = 1; i < kPhaseWords.size(); ++i) {
    if ((phases >> i & 1) != 0) where += (where.empty() ? "" : ", ") + std::string(kPhaseWords[i]);
  }
  error("wrong-phase", span,
        what + " cannot be used " +
            (*phase_ == Phase::load ? std::string("while the file is loaded")
                                    : "in the phase " + std::string(word(*phase_))),
        where.empty() ? "only while the file is loaded" : "in " + where);
}

void Walk::read_global(const Expression& place) {
  if (place.place != Expression::Place::global || is_global(place.name) ||
      globals_.contains(place.name))
    return;
  const Member missing = missing_global(place.name);
  error(missing.code, place.span, missing.message, missing.hint);
}

void Walk::call(Expression& of) {
  const Known called = of.value;
  if (called.function != nullptr) need_phase(called.function->phases, called.name, of.span);
  std::size_t place = 0;
  bool given = false;
  if (here().is("{")) {
    check_keys(called, place, table(false));
  } else if (!take("(")) {
    step();  // a text
  } else {
    while (!at_end() && !here().is(")")) {
      const Expression argument = expression();
      given = given || (place == 0 && argument.value.object != nullptr);
      check_keys(called, place++, argument);
      if (!take(",")) break;
    }
    take(")");
  }
  need_colon_or_dot(of, given);
  of = Expression{.span = of.span};
}

void Walk::need_colon_or_dot(const Expression& called, bool given) {
  if (called.value.function == nullptr || called.place != Expression::Place::member) return;
  const bool method = called.of.object != nullptr;
  const bool colon = !called.dotted;
  if (method ? colon || given : !colon || called.of.space.empty()) return;
  error("wrong-call", called.span,
        called.value.name + " is called with a " + (method ? "colon" : "dot"),
        "`" + called.value.name + "(…)`");
}

void Walk::check_keys(const Known& function, std::size_t place, const Expression& table) {
  if (function.function == nullptr || !table.is_table) return;
  const std::vector<std::string> known = keys_of_argument(*function.function, place);
  if (known.empty()) return;
  for (const Token& key : table.keys) {
    if (std::ranges::find(known, key.text) != known.end()) continue;
    error("unknown-field", key.span, function.name + " takes no '" + std::string(key.text) + "'",
          did_you_mean(key.text, {known.begin(), known.end()}));
  }
}

Expression Walk::table(bool policy) {
  Expression out;
  out.is_table = true;
  out.span = here().span;
  take("{");
  while (!at_end() && !take("}")) {
    const std::size_t before = at_;
    const Token key = here();
    if (key.kind == Token::Kind::name && next().is("=")) {
      step();
      step();
      out.keys.push_back(key);
      if (policy && take("function"))
        function_body(phase_named(key.text), false);
      else
        static_cast<void>(expression());
    } else {
      if (take("[")) {
        static_cast<void>(expression());
        take("]");
        take("=");
      }
      static_cast<void>(expression());
    }
    if (!take(",")) take(";");
    if (at_ == before) step();
  }
  return out;
}

// Behind `function` and its name.
void Walk::function_body(std::optional<Phase> phase, bool method) {
  const auto outer_phase = phase_;
  const std::size_t outer = locals_.size();
  if (phase)
    phase_ = phase;
  else if (phase_ == Phase::load)
    phase_.reset();  // whoever calls it
  ++depth_;
  if (method) declare("self");
  take("(");
  for (std::size_t i = 0; !at_end() && !take(")"); ++i) {
    if (!here().is("...")) declare(here().text, phase ? argument_of(*phase, i) : Known{});
    step();
    take(",");
  }
  block_to_end();
  --depth_;
  locals_.resize(outer);
  phase_ = outer_phase;
}

Known Walk::argument_of(Phase phase, std::size_t place) const {
  Known out;
  if (place == 0) out.object = object_types()[static_cast<std::size_t>(Object::exchange)];
  if (place == (phase == Phase::socket_message ? 2U : 1U)) out.parameters = parameters_;
  return out;
}

}  // namespace gatehouse::policy
