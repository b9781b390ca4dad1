#include "routing/explain.h"

#include <arpa/inet.h>

#include "config/describe.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

constexpr std::string_view kNothing = "nothing";

void join(std::string& to, std::string_view text) {
  if (!to.empty()) to += " | ";
  to += text;
}

std::string or_nothing(std::string text) { return text.empty() ? std::string(kNothing) : text; }

// The lines of the request whose names the condition names.
std::string seen(const HeaderCondition& condition, const Subject& subject) {
  std::string out;
  for (const auto& field : subject.head.fields()) {
    bool named = false;
    for (const auto& value : condition.values)
      named = named || ascii::equals_ignoring_case(value.name, field.name());
    if (named) join(out, std::string(field.name()) + ": " + std::string(field.value()));
  }
  return or_nothing(out);
}

std::string seen(const QueryCondition&, const Subject& subject) {
  return or_nothing(std::string(subject.head.query));
}

std::string seen(const MethodCondition&, const Subject& subject) {
  const std::string_view method = matched_method(subject.head);
  const bool preflight = method.data() != subject.head.method_text.data();
  return std::string(method) + (preflight ? " (which the preflight asks for)" : "");
}

std::string seen(const SourceIpCondition&, const Subject& subject) {
  return address_text(subject.source_ip);
}

std::string seen(const ClientIpCondition&, const Subject& subject) {
  return address_text(subject.client_ip);
}

std::string any_of(const std::vector<Pattern>& patterns) {
  std::string out;
  for (const auto& pattern : patterns) join(out, describe(pattern));
  return out;
}

std::string any_of(const std::vector<config::AddressBlock>& blocks) {
  std::string out;
  for (const auto& block : blocks) join(out, config::describe(block));
  return out;
}

// Names in front of their values, each once.
template <typename Values, typename Name, typename Text>
std::string any_of_names(const Values& values, Name name, Text text) {
  std::string out;
  std::string last;
  for (const auto& value : values) {
    const std::string said = name(value);
    join(out, said == last ? text(value) : said + ": " + text(value));
    last = said;
  }
  return out;
}

Failure failed(const MethodCondition& condition) {
  std::string wanted;
  for (const auto& value : condition.values) join(wanted, value);
  return {"method", wanted, ""};
}

Failure failed(const HeaderCondition& condition) {
  return {"header",
          any_of_names(
              condition.values, [](const auto& value) { return value.name; },
              [](const auto& value) { return describe(value.pattern); }),
          ""};
}

Failure failed(const QueryCondition& condition) {
  const auto key = [](const QueryCondition::Value& value) {
    return value.key == std::string_view(&kAny, 1) ? "any" : glob_text(value.key);
  };
  return {
      "query",
      any_of_names(condition.values, key, [](const auto& value) { return glob_text(value.value); }),
      ""};
}

Failure failed(const SourceIpCondition& condition) {
  return {"source_ip", any_of(condition.values), ""};
}

Failure failed(const ClientIpCondition& condition) {
  return {"client_ip", any_of(condition.values), ""};
}

}  // namespace

std::string address_text(AddressBytes address) {
  if (address.empty()) return std::string(kNothing);
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.size() == 16 ? AF_INET6 : AF_INET, address.data(), text, sizeof text);
  return text;
}

std::string describe(const Pattern& pattern) {
  return pattern.is_regex() ? "/" + pattern.text() + "/" : glob_text(pattern.text());
}

std::optional<Failure> first_failure(const Conditions& conditions, const Subject& subject) {
  if (!conditions.host.holds(subject))
    return Failure{"host", any_of(conditions.host.values),
                   or_nothing(std::string(subject.head.host_name))};
  if (!conditions.path.holds(subject))
    return Failure{"path", any_of(conditions.path.values), std::string(subject.head.match_path)};
  for (const auto& condition : conditions.residual) {
    if (holds(condition, subject)) continue;
    return std::visit(
        [&](const auto& one) {
          Failure failure = failed(one);
          failure.saw = seen(one, subject);
          return failure;
        },
        condition);
  }
  return std::nullopt;
}

}  // namespace gatehouse::routing
