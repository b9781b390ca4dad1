#include "condition.h"

#include <charconv>
#include <gatehouse/negotiation.hpp>

namespace static_files {
namespace {

// Weak comparison is of what is behind W/.
bool names(std::string_view list, std::string_view etag, bool weak) {
  bool found = false;
  gatehouse::each_item(list, [&](std::string_view item) {
    if (item == "*") found = true;
    if (weak && item.starts_with("W/")) item.remove_prefix(2);
    if (item == etag) found = true;
  });
  return found;
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool range_holds(const Conditions& conditions, const Version& version) {
  if (!conditions.if_range) return true;
  if (conditions.if_range->starts_with('"')) return *conditions.if_range == version.etag;
  return parse_date(*conditions.if_range) == version.modified;
}

// Nothing: there is no such part.  A range that is none, or several, is the whole.
std::optional<Outcome> part_of(std::string_view text, std::uint64_t size) {
  const Outcome whole;
  if (!text.starts_with("bytes=")) return whole;
  text = gatehouse::detail::trimmed(text.substr(6));
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return whole;
  const std::string_view first = text.substr(0, dash), last = text.substr(dash + 1);
  const auto from = number(first), to = number(last);
  if ((!first.empty() && !from) || (!last.empty() && !to) || (!from && !to)) return whole;
  if (!from) {
    if (*to == 0 || size == 0) return std::nullopt;
    const std::uint64_t count = std::min(*to, size);
    return Outcome{Kind::part, {size - count, count}};
  }
  if (to && *to < *from) return whole;
  if (*from >= size) return std::nullopt;
  const std::uint64_t behind = size - *from - 1;  // the first byte
  return Outcome{Kind::part, {*from, (to ? std::min(*to - *from, behind) : behind) + 1}};
}

}  // namespace

Outcome evaluate(const Conditions& conditions, const Version& version) {
  if (conditions.if_match) {
    if (!names(*conditions.if_match, version.etag, false)) return {Kind::precondition_failed, {}};
  } else if (conditions.if_unmodified_since) {
    const auto since = parse_date(*conditions.if_unmodified_since);
    if (since && version.modified > *since) return {Kind::precondition_failed, {}};
  }
  if (conditions.if_none_match) {
    if (names(*conditions.if_none_match, version.etag, true)) return {Kind::not_modified, {}};
  } else if (conditions.if_modified_since) {
    const auto since = parse_date(*conditions.if_modified_since);
    if (since && version.modified <= *since) return {Kind::not_modified, {}};
  }
  if (!conditions.range || !range_holds(conditions, version)) return {};
  return part_of(*conditions.range, version.size).value_or(Outcome{Kind::not_satisfiable, {}});
}

std::optional<std::time_t> parse_date(std::string_view text) {
  const std::string date(text);
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm parts{};
    const char* end = ::strptime(date.c_str(), form, &parts);
    if (end != nullptr && *end == '\0') return ::timegm(&parts);
  }
  return std::nullopt;
}

std::string format_date(std::time_t when) {
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

}  // namespace static_files
