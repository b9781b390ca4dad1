#include "routing/explain.h"

#include <arpa/inet.h>

#include "config/describe.h"

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

// What the file says about the residual condition `index`, and its key.
std::pair<std::string, std::string> wanted(const config::WhenSpec& when, std::size_t index) {
  config::WhenSpec one;
  const auto take = [&](const char* key, const auto& from, auto& to) {
    to = from;
    return std::pair(std::string(key), config::describe(one).substr(std::string(key).size() + 1));
  };
  const auto take_from = [&](const char* key, const auto& from, auto& to) {
    to = {from[index]};
    return std::pair(std::string(key), config::describe(one).substr(std::string(key).size() + 1));
  };
  if (!when.method.empty()) {
    if (index == 0) return take("method", when.method, one.method);
    --index;
  }
  if (index < when.header.size()) return take_from("header", when.header, one.header);
  index -= when.header.size();
  if (index < when.query.size()) return take_from("query", when.query, one.query);
  index -= when.query.size();
  if (index == 0 && !when.source_ip.empty())
    return take("source_ip", when.source_ip, one.source_ip);
  return take("client_ip", when.client_ip, one.client_ip);
}

std::string any_of(const std::vector<config::PatternSpec>& patterns) {
  std::string out;
  for (const auto& pattern : patterns) join(out, config::describe(pattern));
  return out;
}

}  // namespace

std::string address_text(AddressBytes address) {
  if (address.empty()) return std::string(kNothing);
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.size() == 16 ? AF_INET6 : AF_INET, address.data(), text, sizeof text);
  return text;
}

std::optional<Failure> first_failure(const config::WhenSpec& when, const Conditions& conditions,
                                     const Subject& subject) {
  if (!conditions.host.holds(subject))
    return Failure{"host", any_of(when.host), or_nothing(std::string(subject.head.host_name))};
  if (!conditions.path.holds(subject))
    return Failure{"path", any_of(when.path), std::string(subject.head.match_path)};
  for (std::size_t i = 0; i < conditions.residual.size(); ++i) {
    if (holds(conditions.residual[i], subject)) continue;
    auto [key, values] = wanted(when, i);
    std::string saw =
        std::visit([&](const auto& one) { return seen(one, subject); }, conditions.residual[i]);
    return Failure{std::move(key), std::move(values), std::move(saw)};
  }
  return std::nullopt;
}

}  // namespace gatehouse::routing
