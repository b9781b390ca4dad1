// Header fields by which a client says what it takes (RFC 9110 12.5).
#pragma once

#include <cstdint>
#include <string_view>

namespace [[gnu::visibility("hidden")]] gatehouse {

namespace detail {
inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}
inline bool same_word(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}
// "0.25" is 250; what is no quality is 0.
inline std::uint32_t thousandths(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  std::uint32_t out = text[0] == '1' ? 1000 : 0;
  if (text.size() > 1 && text[1] != '.') return 0;
  std::uint32_t unit = 100;
  for (const char digit : text.size() > 2 ? text.substr(2) : std::string_view{}) {
    if (digit < '0' || digit > '9' || unit == 0) return 0;
    out += static_cast<std::uint32_t>(digit - '0') * unit;
    unit /= 10;
  }
  return out > 1000 ? 0 : out;
}
}  // namespace detail

// Calls `visit(item)` for each item of a list between commas; none of the items that we look at has
// a comma in quotes.
template <typename Visit>
void each_item(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view item = detail::trimmed(list.substr(0, comma));
    if (!item.empty()) visit(item);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
}

// How much a client wants a content coding, in thousandths, by its Accept-Encoding; 0: not at all.
// A coding that is not named, nor by `*`, is not wanted.
inline std::uint32_t wants_coding(std::string_view accept_encoding, std::string_view coding) {
  std::uint32_t named = 0, others = 0;
  bool is_named = false;
  each_item(accept_encoding, [&](std::string_view item) {
    const std::size_t semicolon = item.find(';');
    const std::string_view word = detail::trimmed(item.substr(0, semicolon));
    std::uint32_t quality = 1000;
    if (semicolon != std::string_view::npos) {
      const std::string_view parameter = detail::trimmed(item.substr(semicolon + 1));
      const bool is_quality = parameter.starts_with("q=") || parameter.starts_with("Q=");
      quality = is_quality ? detail::thousandths(parameter.substr(2)) : 0;
    }
    if (word == "*") others = quality;
    if (!detail::same_word(word, coding)) return;
    named = quality;
    is_named = true;
  });
  return is_named ? named : others;
}

}  // namespace gnu::visibility("hidden")]]gatehouse
