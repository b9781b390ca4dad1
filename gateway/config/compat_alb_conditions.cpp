// Conditions of a rule, as an ALB takes them (ALB.md 1.1, 1.2).
#include <algorithm>

#include "base/ascii.h"
#include "config/compat_alb_parts.h"

namespace gatehouse::config::alb {
namespace {

constexpr std::size_t kMostValues = 5;
constexpr std::size_t kMostWildcards = 5;
constexpr std::size_t kMostEvaluations = 5;
constexpr std::size_t kMostEvaluationsEach = 3;
constexpr std::size_t kLongestValue = 128;
constexpr std::size_t kLongestName = 40;
constexpr std::string_view kPathCharacters = "_-.$/~\"'@:+&*?";

std::size_t wildcards(std::string_view pattern) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (pattern[i] == '*' || pattern[i] == '?') {
      ++count;
    }
  }
  return count;
}

// What a rule asks for, counted.
struct Counts {
  std::size_t values = 0;
  std::size_t stars = 0;
  void add(const std::vector<PatternSpec>& patterns) {
    values += patterns.size();
    for (const auto& each : patterns) stars += each.regex ? 0 : wildcards(each.value);
  }
};

Counts count(const WhenSpec& when) {
  Counts out;
  out.add(when.host);
  out.add(when.path);
  out.values += when.method.size() + when.source_ip.size();
  for (const auto* maps : {&when.header, &when.query}) {
    for (const auto& map : *maps) {
      for (const auto& names : map) {
        out.add(names.values);
        if (maps == &when.query && names.name.value != "any")
          out.stars += wildcards(names.name.value);
      }
    }
  }
  return out;
}

void check_regex(const PatternSpec& pattern, Findings& out) {
  const std::string& text = pattern.value;
  out.at_most(kLongestValue, text, pattern.span, "the expression");
  for (const std::string_view odd : {"\\p", "\\P", "[[:"}) {
    if (text.find(odd) != std::string::npos)
      out.say("alb-regex", pattern.span, "an ALB's expressions have no named classes",
              "write the characters out, as in [A-Za-z]");
  }
  for (auto at = text.find("(?"); at != std::string::npos; at = text.find("(?", at + 2)) {
    if (text.compare(at, 3, "(?:") != 0)
      return out.say("alb-regex", pattern.span, "an ALB's expressions have no flags",
                     "hosts and headers are compared without case anyway");
  }
}

// Patterns or expressions, an ALB takes one kind in a condition.
void check_kinds(const std::vector<PatternSpec>& patterns, Findings& out) {
  const auto regexes = std::count_if(patterns.begin(), patterns.end(),
                                     [](const PatternSpec& each) { return each.regex; });
  if (regexes != 0 && static_cast<std::size_t>(regexes) != patterns.size())
    out.say("alb-mixed", patterns.front().span, "patterns and expressions in one condition",
            "make a rule for each kind");
  for (const auto& pattern : patterns) {
    if (pattern.regex) check_regex(pattern, out);
  }
}

void check_host(const PatternSpec& host, Findings& out) {
  if (host.regex) return;
  out.at_most(kLongestValue, host.value, host.span, "the host");
  const auto dot = host.value.rfind('.');
  const auto good = [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           std::string_view("-.*?").find(c) != std::string_view::npos;
  };
  if (dot == std::string::npos) {
    out.say("alb-host", host.span, "an ALB takes no host without a dot",
            "give it the name that clients use from outside");
  } else if (!std::all_of(host.value.begin() + static_cast<std::ptrdiff_t>(dot) + 1,
                          host.value.end(), [](char c) { return ascii::is_alpha(c); })) {
    out.say("alb-host", host.span, "an ALB takes letters alone behind the last dot of a host",
            "put the wildcard further in front");
  } else if (!std::all_of(host.value.begin(), host.value.end(), good)) {
    out.say("alb-host", host.span, "an ALB's hosts are made of A-Z, a-z, 0-9, - . * ?", "");
  }
}

void check_path(const PatternSpec& path, Findings& out) {
  if (path.regex) return;
  out.at_most(kLongestValue, path.value, path.span, "the path");
  const bool good = std::all_of(path.value.begin(), path.value.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           kPathCharacters.find(c) != std::string_view::npos;
  });
  if (!good)
    out.say("alb-path", path.span, "an ALB takes no such characters in a path",
            "they are A-Z a-z 0-9 " + std::string(kPathCharacters) +
                "; ? stands for any of the others");
}

void check_headers(const std::vector<NamedPatterns>& map, Findings& out) {
  if (map.size() > 1)
    out.say("alb-any-of", map[1].name.span, "an ALB has no condition for any of several headers",
            "make a rule for each, with the same action");
  for (const auto& names : map) {
    out.at_most(kLongestName, names.name.value, names.name.span, "the header's name");
    check_kinds(names.values, out);
    for (const auto& value : names.values) {
      if (!value.regex) out.at_most(kLongestValue, value.value, value.span, "the value");
    }
  }
}

void check_queries(const std::vector<NamedPatterns>& map, Findings& out) {
  for (const auto& names : map) {
    out.at_most(kLongestValue, names.name.value, names.name.span, "the parameter's name");
    for (const auto& value : names.values)
      out.at_most(kLongestValue, value.value, value.span, "the value");
  }
}

void check_client_ip(const WhenSpec& when, Findings& out) {
  if (when.client_ip.empty()) return;
  out.say("alb-client-ip", when.client_ip.front().span, "an ALB has no condition for client_ip",
          "it knows source_ip alone, the address of the connection; a header condition on "
          "X-Forwarded-For is the nearest thing");
}

// Match evaluations: of each condition as many as it has values.
void check_evaluations(const RouteSpec& route, Findings& out) {
  const WhenSpec& when = route.when;
  std::size_t most =
      std::max({when.host.size(), when.path.size(), when.method.size(), when.source_ip.size()});
  for (const auto* maps : {&when.header, &when.query}) {
    for (const auto& map : *maps) {
      std::size_t here = 0;
      for (const auto& names : map) here += names.values.size();
      most = std::max(most, here);
    }
  }
  if (most > kMostEvaluationsEach)
    out.say("alb-values", route.name.span, "a condition with " + std::to_string(most) + " values",
            "an ALB takes " + std::to_string(kMostEvaluationsEach) + " for each condition, and " +
                std::to_string(kMostEvaluations) + " for each rule");
}

}  // namespace

void check_conditions(const RouteSpec& route, Findings& out) {
  const WhenSpec& when = route.when;
  const Counts counts = count(when);
  if (counts.values == 0 && when.client_ip.empty())
    out.say("alb-no-condition", route.name.span, "a rule without conditions",
            "an ALB takes that as the default of its listener alone");
  if (counts.values > kMostValues)
    out.say("alb-values", route.name.span,
            "a rule with " + std::to_string(counts.values) + " values in its conditions",
            "an ALB takes " + std::to_string(kMostValues) +
                ": make several rules with the same action");
  if (counts.stars > kMostWildcards)
    out.say("alb-wildcards", route.name.span,
            "a rule with " + std::to_string(counts.stars) + " wildcards",
            "an ALB takes " + std::to_string(kMostWildcards));
  check_evaluations(route, out);
  check_kinds(when.host, out);
  check_kinds(when.path, out);
  for (const auto& host : when.host) check_host(host, out);
  for (const auto& path : when.path) check_path(path, out);
  for (const auto& map : when.header) check_headers(map, out);
  for (const auto& map : when.query) check_queries(map, out);
  check_client_ip(when, out);
  if (!when.path.empty() && route.path_form == PathForm::canonical)
    out.say_once(
        "alb-canonical-path", when.path.front().span,
        "an ALB compares paths as they were sent: /a/../b and //b are not /b",
        "the rules behind it may see other paths; `path_form: raw` forwards them unchanged");
  const bool options = std::any_of(when.method.begin(), when.method.end(),
                                   [](const Text& method) { return method.value == "OPTIONS"; });
  if (!when.method.empty() && !options)
    out.say_once("alb-preflight", when.method.front().span,
                 "an ALB routes a CORS preflight by OPTIONS, not by the method that it asks for",
                 "there it needs a rule with OPTIONS of its own");
}

}  // namespace gatehouse::config::alb
