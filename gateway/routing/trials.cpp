#include "routing/trials.h"

#include <cstring>
#include <type_traits>

#include "base/ascii.h"
#include "routing/cidr_index.h"
#include "routing/glob.h"

namespace gatehouse::routing {
namespace {

enum class Kind : std::uint32_t { host, path, method, header, query, source_ip, client_ip };

struct Part {
  Kind kind;
  std::uint32_t size;  // of the values behind it
};

constexpr std::uint32_t kRegex = 1U << 31;  // in place of a text's size: which regular expression

template <typename T>
void put(std::string& out, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put(std::string& out, const std::string& text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void put_part(std::string& out, Kind kind, const std::string& values) {
  put(out, Part{kind, static_cast<std::uint32_t>(values.size())});
  out += values;
}

// Writes a condition's values.
struct Put {
  std::string& out;
  std::vector<Pattern>& regexes;

  void pattern(const Pattern& value) const {
    if (!value.is_regex()) return put(out, value.text());
    put(out, kRegex | static_cast<std::uint32_t>(regexes.size()));
    regexes.push_back(value);
  }
  Kind operator()(const MethodCondition& condition) const {
    for (const auto& value : condition.values) put(out, value);
    return Kind::method;
  }
  Kind operator()(const HeaderCondition& condition) const {
    for (const auto& value : condition.values) {
      put(out, value.name);
      pattern(value.pattern);
    }
    return Kind::header;
  }
  Kind operator()(const QueryCondition& condition) const {
    for (const auto& value : condition.values) {
      put(out, value.key);
      put(out, value.value);
    }
    return Kind::query;
  }
  Kind operator()(const SourceIpCondition& condition) const {
    for (const auto& block : condition.values) put(out, block);
    return Kind::source_ip;
  }
  Kind operator()(const ClientIpCondition& condition) const {
    for (const auto& block : condition.values) put(out, block);
    return Kind::client_ip;
  }
};

void put_residual(std::string& out, const Residual& condition, std::vector<Pattern>& regexes) {
  std::string values;
  const Kind kind = std::visit(Put{values, regexes}, condition);
  put_part(out, kind, values);
}

void put_patterns(std::string& out, Kind kind, const std::vector<Pattern>& patterns,
                  std::vector<Pattern>& regexes) {
  if (patterns.empty()) return;
  std::string values;
  for (const auto& pattern : patterns) Put{values, regexes}.pattern(pattern);
  put_part(out, kind, values);
}

// Takes what was put.
class Reader {
 public:
  Reader(std::string_view bytes, const std::vector<Pattern>& regexes)
      : rest_(bytes), regexes_(regexes) {}
  [[nodiscard]] bool more() const { return !rest_.empty(); }
  template <typename T>
  T take() {
    T out{};
    std::memcpy(&out, rest_.data(), sizeof out);
    rest_.remove_prefix(sizeof out);
    return out;
  }
  std::string_view text() { return bytes(take<std::uint32_t>()); }
  Reader values(std::uint32_t size) { return {bytes(size), regexes_}; }
  Pattern pattern(Case letters) {
    const auto size = take<std::uint32_t>();
    return (size & kRegex) != 0 ? regexes_[size & ~kRegex]
                                : Pattern::compiled(std::string(bytes(size)), letters);
  }
  // Takes a pattern that then is compared with texts.
  struct Comparison {
    const Pattern* regex;  // null: a text
    std::string_view glob;
    Case letters;
    [[nodiscard]] bool matches(std::string_view text) const {
      if (regex != nullptr) return regex->matches(text);
      return letters == Case::ignored ? glob_matches_any_case(glob, text)
                                      : glob_matches(glob, text);
    }
  };
  Comparison comparison(Case letters) {
    const auto size = take<std::uint32_t>();
    if ((size & kRegex) != 0) return {&regexes_[size & ~kRegex], {}, letters};
    return {nullptr, bytes(size), letters};
  }

 private:
  std::string_view bytes(std::size_t size) {
    const std::string_view out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }
  std::string_view rest_;
  const std::vector<Pattern>& regexes_;
};

bool text_matches(Reader values, std::string_view text, Case letters) {
  while (values.more()) {
    if (values.comparison(letters).matches(text)) return true;
  }
  return false;
}

bool method_holds(Reader values, const Subject& subject) {
  const std::string_view method = matched_method(subject.head);
  while (values.more()) {
    if (values.text() == method) return true;
  }
  return false;
}

bool header_holds(Reader values, const Subject& subject) {
  while (values.more()) {
    const std::string_view name = values.text();
    const auto pattern = values.comparison(Case::ignored);
    for (const auto& field : subject.head.fields()) {
      if (ascii::equals_ignoring_case(field.name(), name) && can_be_matched(field.value()) &&
          pattern.matches(field.value()))
        return true;
    }
  }
  return false;
}

bool query_holds(Reader values, const Subject& subject) {
  while (values.more()) {
    const std::string_view wanted_key = values.text();
    const std::string_view wanted = values.text();
    bool found = false;
    each_parameter(subject.head.query, [&](std::string_view key, std::string_view value) {
      found =
          found || (glob_matches_any_case(wanted_key, key) && glob_matches_any_case(wanted, value));
    });
    if (found) return true;
  }
  return false;
}

bool address_holds(Reader values, AddressBytes address) {
  while (values.more()) {
    if (contains(values.take<config::AddressBlock>(), address)) return true;
  }
  return false;
}

bool part_holds(Kind kind, Reader values, const Subject& subject) {
  switch (kind) {
    case Kind::host:
      return text_matches(values, subject.head.host_name, Case::ignored);
    case Kind::path:
      return text_matches(values, subject.head.match_path, Case::matters);
    case Kind::method:
      return method_holds(values, subject);
    case Kind::header:
      return header_holds(values, subject);
    case Kind::query:
      return query_holds(values, subject);
    case Kind::source_ip:
      return address_holds(values, subject.source_ip);
    case Kind::client_ip:
      return address_holds(values, subject.client_ip);
  }
  return false;
}

template <typename Condition, typename Take>
Condition taken(Reader values, Take take) {
  Condition out({});
  while (values.more()) out.values.push_back(take(values));
  out.values.shrink_to_fit();
  return out;
}

config::AddressBlock take_block(Reader& values) { return values.take<config::AddressBlock>(); }

void take_part(Kind kind, const Reader& values, Conditions& out) {
  switch (kind) {
    case Kind::host:
      out.host = taken<HostCondition>(values, [](Reader& v) { return v.pattern(Case::ignored); });
      return;
    case Kind::path:
      out.path = taken<PathCondition>(values, [](Reader& v) { return v.pattern(Case::matters); });
      return;
    case Kind::method:
      out.residual.emplace_back(
          taken<MethodCondition>(values, [](Reader& v) { return std::string(v.text()); }));
      return;
    case Kind::header:
      out.residual.emplace_back(taken<HeaderCondition>(values, [](Reader& v) {
        std::string name(v.text());
        return HeaderCondition::Value{std::move(name), v.pattern(Case::ignored)};
      }));
      return;
    case Kind::query:
      out.residual.emplace_back(taken<QueryCondition>(values, [](Reader& v) {
        std::string key(v.text());
        return QueryCondition::Value{std::move(key), std::string(v.text())};
      }));
      return;
    case Kind::source_ip:
      out.residual.emplace_back(taken<SourceIpCondition>(values, take_block));
      return;
    case Kind::client_ip:
      out.residual.emplace_back(taken<ClientIpCondition>(values, take_block));
      return;
  }
}

}  // namespace

std::uint32_t Trials::add(const Entry& entry, const Conditions& rule) {
  std::string parts;
  for (std::size_t i = 0; i < rule.residual.size(); ++i) {
    if (i >= kMostTracked || (entry.met >> i & 1) == 0)
      put_residual(parts, rule.residual[i], regexes_);
  }
  if (entry.path_regex != kNone)
    put_patterns(parts, Kind::path, {rule.path.values[entry.path_regex]}, regexes_);
  return add_parts(entry.order, parts);
}

std::uint32_t Trials::add(std::uint32_t order, const Conditions& rule) {
  std::string parts;
  put_patterns(parts, Kind::host, rule.host.values, regexes_);
  put_patterns(parts, Kind::path, rule.path.values, regexes_);
  for (const auto& condition : rule.residual) put_residual(parts, condition, regexes_);
  return add_parts(order, parts);
}

std::uint32_t Trials::add_parts(std::uint32_t order, const std::string& parts) {
  const std::uint32_t at = end();
  put(bytes_, Front{order, static_cast<std::uint32_t>(parts.size())});
  bytes_ += parts;
  return at;
}

void Trials::finish() {
  bytes_.shrink_to_fit();
  regexes_.shrink_to_fit();
}

Trials::Front Trials::front(std::uint32_t at) const {
  Front out{};
  std::memcpy(&out, bytes_.data() + at, sizeof out);
  return out;
}

bool Trials::hold(std::uint32_t at, const Subject& subject) const {
  const Front rule = front(at);
  Reader parts(std::string_view(bytes_).substr(at + sizeof rule, rule.size), regexes_);
  while (parts.more()) {
    const auto part = parts.take<Part>();
    if (!part_holds(part.kind, parts.values(part.size), subject)) return false;
  }
  return true;
}

Conditions Trials::conditions(std::uint32_t at) const {
  const Front rule = front(at);
  Reader parts(std::string_view(bytes_).substr(at + sizeof rule, rule.size), regexes_);
  Conditions out{config::WhenSpec()};
  while (parts.more()) {
    const auto part = parts.take<Part>();
    take_part(part.kind, parts.values(part.size), out);
  }
  out.residual.shrink_to_fit();
  return out;
}

}  // namespace gatehouse::routing
