#include "routing/meeting.h"

#include <algorithm>

#include "base/ascii.h"
#include "routing/glob.h"
#include "routing/glob_relation.h"

namespace gatehouse::routing {
namespace {

using Covers = bool (*)(const Pattern& wide, const Pattern* narrow);

Relation relation(const Pattern* a, const Pattern* b, Covers covers) {
  const auto asks = [&](const Pattern* pattern) {
    return pattern != nullptr && !covers(*pattern, nullptr);
  };
  if (!asks(a)) return asks(b) ? Relation::neutral : Relation::same;
  if (!asks(b)) return Relation::narrower;
  const bool wider = covers(*a, b);
  if (covers(*b, a)) return wider ? Relation::same : Relation::narrower;
  if (wider) return Relation::wider;
  return a->is_regex() || b->is_regex() ? Relation::unknown : Relation::crossing;
}

// Stars take at least a byte: what that makes is easier to read, and no empty segment of a path.
std::string with_something_for_stars(std::string_view pattern) {
  std::string out;
  for (const char c : pattern) {
    if (c == kAny) out += kOne;
    out += c;
  }
  return out;
}

std::optional<std::string> text_of_both(std::string_view a, std::string_view b) {
  auto text = common_text(with_something_for_stars(a), with_something_for_stars(b), 'x');
  return text ? text : common_text(a, b, 'x');
}

// The pattern, as far as it matches what begins with a slash.
std::string as_path(const std::string& pattern) {
  if (pattern.starts_with(kAny)) return "/" + pattern;
  if (pattern.starts_with(kOne)) return "/" + pattern.substr(1);
  return pattern;
}

// The text of one cell's pattern, or of both where both ask; false: there is none.
bool meet(const Pattern* a, const Pattern* b, bool path, const std::string& of_a,
          const std::string& of_b, std::string& out) {
  if (a == nullptr || b == nullptr) {
    out = a == nullptr ? of_b : of_a;
    return true;
  }
  if (a->is_regex() || b->is_regex()) {
    out = b->is_regex() ? of_b : of_a;
    return a->matches(out) && b->matches(out);
  }
  const auto text = path ? text_of_both(as_path(a->text()), as_path(b->text()))
                         : text_of_both(a->text(), b->text());
  if (text) out = *text;
  return text.has_value();
}

// Adds what `cell` asks of headers; false: another line of that name stands there, which it does
// not match.
bool add_headers(const Cell& cell, const Cell& other, std::vector<std::string>& fields) {
  for (const auto* asked : cell.headers) {
    const HeaderCondition::Value* same = nullptr;
    for (const auto* value : other.headers) {
      if (value->name == asked->name) same = value;
    }
    std::string text;
    const std::string first = request_of({.headers = {asked}}, kPlain).fields[0];
    const std::string second =
        same == nullptr ? "" : request_of({.headers = {same}}, kPlain).fields[0];
    const auto value_of = [&](const std::string& field) {
      return field.empty() ? field : field.substr(asked->name.size() + 2);
    };
    if (!meet(&asked->pattern, same == nullptr ? nullptr : &same->pattern, false, value_of(first),
              value_of(second), text))
      return false;
    const std::string field = asked->name + ": " + text;
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) fields.push_back(field);
  }
  return true;
}

bool add_query(const Cell& cell, const Cell& other, std::string& query) {
  for (const auto* asked : cell.query) {
    std::string key = asked->key;
    std::string value = asked->value;
    for (const auto* same : other.query) {
      if (same->key != asked->key) continue;
      const auto text = text_of_both(value, same->value);
      if (!text) return false;
      value = *text;
    }
    const QueryCondition::Value made{std::move(key), std::move(value)};
    const std::string piece = request_of({.query = {&made}}, kPlain).query;
    if (("&" + query + "&").find("&" + piece + "&") == std::string::npos)
      query += (query.empty() ? "" : "&") + piece;
  }
  return true;
}

// The smaller block; null and false: they are apart.
bool inner(const config::AddressBlock* a, const config::AddressBlock* b,
           const config::AddressBlock*& out) {
  out = a == nullptr || (b != nullptr && covers_block(*a, *b)) ? b : a;
  return a == nullptr || b == nullptr || covers_block(*a, *b) || covers_block(*b, *a);
}

}  // namespace

Relation relation_of_paths(const Pattern* a, const Pattern* b) {
  return relation(a, b, covers_path);
}

Relation relation_of_hosts(const Pattern* a, const Pattern* b) {
  return relation(a, b, covers_text);
}

std::optional<Request> request_of_both(const Cell& a, const Cell& b) {
  if (a.method != nullptr && b.method != nullptr && *a.method != *b.method) return std::nullopt;
  Cell rest;
  rest.method = a.method != nullptr ? a.method : b.method;
  if (!inner(a.source, b.source, rest.source) || !inner(a.client, b.client, rest.client))
    return std::nullopt;
  Request out = request_of(rest, kPlain);
  const Cell places_a{.host = a.host, .path = a.path};
  const Cell places_b{.host = b.host, .path = b.path};
  const Request of_a = request_of(places_a, kPlain);
  const Request of_b = request_of(places_b, kPlain);
  if (!meet(a.host, b.host, false, of_a.host, of_b.host, out.host) ||
      !meet(a.path, b.path, true, of_a.path, of_b.path, out.path))
    return std::nullopt;
  if (!add_headers(a, b, out.fields) || !add_headers(b, a, out.fields)) return std::nullopt;
  if (!add_query(a, b, out.query) || !add_query(b, a, out.query)) return std::nullopt;
  return out;
}

}  // namespace gatehouse::routing
