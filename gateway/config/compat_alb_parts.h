// The parts of compat_alb.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "config/diagnostic.h"
#include "config/spec.h"

namespace gatehouse::config::alb {

// Collects findings.
class Findings {
 public:
  explicit Findings(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  void say(const char* code, const Span& span, std::string message, std::string hint) {
    add(diagnostics_, {Severity::warning, code, span, std::move(message), std::move(hint)});
  }
  // Says it at the first place only.
  void say_once(const char* code, const Span& span, std::string message, std::string hint) {
    if (said_.insert(code).second) say(code, span, std::move(message), std::move(hint));
  }
  // `value` may have `most` characters.
  void at_most(std::size_t most, std::string_view value, const Span& span, const char* what);

 private:
  Diagnostics& diagnostics_;
  std::set<std::string_view> said_;
};

void check_conditions(const RouteSpec& route, Findings& out);
void check_action(const ActionSpec& action, const std::string& scheme, Findings& out);
void check_rewrite(const RewriteSpec& rewrite, Findings& out);

}  // namespace gatehouse::config::alb
