#include "admin/explain_text.h"

namespace gatehouse::admin {
namespace {

using proxy::Explanation;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}
std::string right(std::string text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string out;
  for (const auto& word : words) out.append(out.empty() ? "" : between).append(word);
  return out;
}

std::string action(const Explanation& explanation) {
  if (!explanation.would.answered_by.empty())
    return "respond " + std::to_string(explanation.would.status) + " by " +
           explanation.would.answered_by;
  if (explanation.refused != Reason::none) {
    const auto& why = row(explanation.refused);
    return std::to_string(why.status) + " " + std::string(why.word) + ": " +
           std::string(why.sentence);
  }
  if (!explanation.location.empty())
    return "redirect " + std::to_string(explanation.status) + " to " + explanation.location;
  if (explanation.status != 0) return "respond " + std::to_string(explanation.status);
  if (!explanation.handler.empty()) return "handler " + explanation.handler;
  std::string groups;
  for (const auto& [name, weight] : explanation.groups) {
    groups += " " + name;
    if (explanation.groups.size() > 1) groups += ":" + std::to_string(weight);
  }
  return "forward to" + groups + ": " + explanation.upstream_target +
         " with Host: " + explanation.upstream_host;
}

std::string rules(const Explanation& explanation) {
  std::string out;
  bool decided = false;
  for (const auto& tried : explanation.rules) {
    out.append("  ").append(right(std::to_string(tried.priority), 7));
    out.append("  ").append(padded(tried.name, 20)).append(" ");
    if (tried.failure) {
      out += "no: " + tried.failure->condition + " is " + tried.failure->saw + ", wanted " +
             tried.failure->wanted + "\n";
    } else {
      out += decided ? "would hold, but comes later\n" : "decides\n";
      decided = true;
    }
  }
  if (!decided && explanation.rule != nullptr) out += "  default  " + padded("", 20) + " decides\n";
  return out;
}

// What the steps say, each below its name.
std::string said(const Explanation& explanation, const std::string& indent) {
  std::string out;
  for (const auto& words : explanation.would.said) {
    for (const auto& line : words.would.says)
      out.append(indent).append(words.step).append(": ").append(line).append("\n");
  }
  return out;
}

std::string leg(const char* what, const proxy::CorsExplanation::Leg& leg) {
  std::string out =
      std::string("  ") + what + "\n    > " + leg.question.method + " " + leg.question.url + "\n";
  for (const auto& field : leg.question.fields) out += "    > " + field + "\n";
  const std::string rule = leg.does.rule != nullptr ? leg.does.rule->name : "no rule";
  out += "    " + rule + ": " + action(leg.does) + "\n" + said(leg.does, "    ");
  for (const auto& [name, value] : leg.answer)
    out.append("    < ").append(name).append(": ").append(value).append("\n");
  for (const auto& check : leg.checks)
    out += std::string("    ") + (check.holds ? "yes: " : "no: ") + check.words + "\n";
  return out;
}

}  // namespace

std::string explain_text(const std::string& listener, const Explanation& explanation) {
  if (explanation.method.empty())
    return "not routed on " + listener + "\n" + action(explanation) + "\n";
  std::string out = explanation.method + " " + explanation.path + " on " + listener + ", for " +
                    explanation.host + ", from " + explanation.client_ip + "\n" +
                    rules(explanation);
  for (const auto& [phase, names] : explanation.steps)
    out += "  " + phase + ": " + joined(names, " ") + "\n";
  return out + said(explanation, "    ") + "  -> " + action(explanation) + "\n";
}

std::string cors_text(const std::string& listener, const proxy::CorsExplanation& explanation) {
  const auto& fetch = explanation.fetch;
  std::string out = "a page of " + fetch.origin + " fetches on " + listener +
                    (fetch.credentials ? ", with credentials\n" : ", without credentials\n");
  if (explanation.verdict != proxy::CorsVerdict::same_origin) {
    out += "  asks first: " +
           (explanation.asks_first.empty() ? "no, a form could send that too"
                                           : "yes, " + joined(explanation.asks_first, ", ")) +
           "\n";
  }
  if (explanation.preflight) out += leg("preflight", *explanation.preflight);
  if (explanation.request) out += leg("request", *explanation.request);
  out += "  -> " + std::string(sentence(explanation.verdict)) + "\n";
  if (!explanation.readable.empty())
    out += "     and of its header fields " +
           (explanation.readable[0] == "*" ? "all" : joined(explanation.readable, ", ")) + "\n";
  return out;
}

}  // namespace gatehouse::admin
