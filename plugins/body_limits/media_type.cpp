#include "media_type.h"

#include <algorithm>

namespace body_limits {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view essence(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.starts_with(' ') || type.starts_with('\t')) type.remove_prefix(1);
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return type;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const char low = lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool holds(std::string_view range, std::string_view type) {
  if (range == "*/*") return true;
  if (!range.ends_with("/*")) return same(range, type);
  const auto main = range.substr(0, range.size() - 1);  // with its slash
  return type.size() > main.size() && same(main, type.substr(0, main.size()));
}

}  // namespace

bool is_among(const std::vector<std::string>& list, std::string_view content_type) {
  const std::string_view type = essence(content_type);
  return std::any_of(list.begin(), list.end(),
                     [&](const auto& range) { return holds(range, type); });
}

bool is_media_range(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto main = text.substr(0, slash), sub = text.substr(slash + 1);
  return is_token(main) && is_token(sub) && (main != "*" || sub == "*");
}

}  // namespace body_limits
