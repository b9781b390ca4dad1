// Statements, and what they name.
#include <algorithm>

#include "policy/check/walk.h"

namespace gatehouse::policy {

config::Diagnostics Walk::run() {
  // Once for the globals that the file sets itself, wherever that is.
  chunk();
  said_ = std::move(global_writes_);
  chunk();
  return std::move(said_);
}

void Walk::chunk() {
  at_ = 0;
  locals_.clear();
  phase_ = Phase::load;
  depth_ = 0;
  while (!at_end()) {
    statements();
    step();  // a word that ends no block
  }
}

bool Walk::block_ends() const {
  return at_end() || here().is("end") || here().is("else") || here().is("elseif") ||
         here().is("until");
}
void Walk::statements() {
  while (!block_ends()) statement();
}
void Walk::block() {
  const std::size_t outer = locals_.size();
  statements();
  locals_.resize(outer);
}
void Walk::block_to_end() {
  block();
  take("end");
}

void Walk::statement() {
  if (take(";") || take("break")) return;
  if (take("do")) return block_to_end();
  if (take("while")) {
    static_cast<void>(expression());
    take("do");
    return block_to_end();
  }
  if (take("if")) return branches();
  if (take("for")) return for_loop();
  if (take("repeat")) return repeat();
  if (take("function")) return named_function();
  if (take("local")) return local();
  if (take("return")) return returned();
  if (take("goto") || take("::")) {
    step();
    take("::");
    return;
  }
  assignment_or_call();
}

void Walk::branches() {
  do {
    static_cast<void>(expression());
    take("then");
    block();
  } while (take("elseif"));
  if (take("else")) block();
  take("end");
}

void Walk::for_loop() {
  std::vector<std::string_view> names;
  do {
    names.push_back(name());
  } while (take(","));
  if (!take("=")) take("in");
  static_cast<void>(expressions());
  take("do");
  const std::size_t outer = locals_.size();
  for (const auto each : names) declare(each);
  block_to_end();
  locals_.resize(outer);
}

void Walk::repeat() {
  const std::size_t outer = locals_.size();
  statements();
  take("until");
  static_cast<void>(expression());  // which sees the body's locals
  locals_.resize(outer);
}

// function a.b:c() … end
void Walk::named_function() {
  const Token first = here();
  std::string_view last = name();
  bool member = false;
  bool method = false;
  while (here().is(".") || here().is(":")) {
    method = here().is(":");
    member = true;
    step();
    last = name();
  }
  if (!member && find(first.text) == nullptr) set_global(first.text, first.span);
  function_body(member && depth_ == 0 ? phase_named(last) : std::nullopt, method);
}

void Walk::local() {
  if (take("function")) {
    declare(name());
    return function_body(std::nullopt, false);
  }
  std::vector<std::string_view> names;
  do {
    names.push_back(name());
  } while (take(","));
  std::vector<Known> values;
  if (take("=")) values = expressions();
  values.resize(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) declare(names[i], values[i]);
}

void Walk::returned() {
  if (!block_ends() && !here().is(";")) {
    if (depth_ == 0 && here().is("{"))
      static_cast<void>(table(true));
    else
      static_cast<void>(expressions());
  }
  take(";");
}

void Walk::assignment_or_call() {
  const std::size_t before = at_;
  std::vector<Expression> places;
  do {
    places.push_back(suffixed(true));
  } while (take(","));
  if (take("=")) {
    std::vector<Known> values = expressions();
    values.resize(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) assign(places[i], values[i]);
  } else {
    for (const Expression& place : places) read_global(place);
  }
  if (at_ == before) step();
}

void Walk::assign(const Expression& place, const Known& value) {
  switch (place.place) {
    case Expression::Place::none:
      return;
    case Expression::Place::local:
      find(place.name)->value = value;
      return;
    case Expression::Place::global:
      return set_global(place.name, place.span);
    case Expression::Place::member:
      if (can_be_set(place.of, place.name)) return;
      error("cannot-be-set", place.span,
            std::string(place.of.object->name) + "." + std::string(place.name) + " cannot be set",
            "");
  }
}

void Walk::set_global(std::string_view name, config::Span span) {
  if (is_global(name) || !globals_.insert(name).second) return;
  global_writes_.push_back({config::Severity::warning, "global-write", span,
                            "the global '" + std::string(name) + "' is shared by all requests",
                            "`local " + std::string(name) + "`, unless that is what you want"});
}

Walk::Local* Walk::find(std::string_view name) {
  const auto at = std::find_if(locals_.rbegin(), locals_.rend(),
                               [&](const Local& local) { return local.name == name; });
  return at == locals_.rend() ? nullptr : &*at;
}

}  // namespace gatehouse::policy
