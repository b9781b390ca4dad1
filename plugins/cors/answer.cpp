#include "answer.h"

#include <algorithm>

namespace cors {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) (out += out.empty() ? "" : ", ") += word;
  return out;
}

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// `word` is in small letters.
bool is(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(item.size() + 1, list.size()));
    while (item.starts_with(' ') || item.starts_with('\t')) item.remove_prefix(1);
    while (item.ends_with(' ') || item.ends_with('\t')) item.remove_suffix(1);
    if (is(item, word)) return true;
  }
  return false;
}

bool is_any(const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), "*") != words.end();
}

}  // namespace

Answers::Answers(const Config& config)
    : match_(config.origins),
      methods_(joined(config.methods)),
      allow_headers_(joined(config.allow_headers)),
      expose_headers_(joined(config.expose_headers)),
      max_age_(config.max_age ? std::to_string(config.max_age->count()) : ""),
      credentials_(config.credentials),
      private_network_(config.private_network),
      constant_(match_.any() && !config.credentials),
      echoes_headers_(config.credentials && is_any(config.allow_headers)) {}

std::string_view Answers::echoed(std::string_view names) {
  constexpr std::size_t kLongest = 1024;
  const bool good = names.size() <= kLongest && std::all_of(names.begin(), names.end(), [](char c) {
                      return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
                             c == '-' || c == '_' || c == ',' || c == ' ';
                    });
  return good ? names : std::string_view();
}

std::string vary_of(const gatehouse::Headers& headers) {
  std::string vary;
  headers.each([&](std::string_view name, std::string_view value) {
    if (is(name, "vary")) (vary += vary.empty() ? "" : ", ") += value;
  });
  return vary;
}

std::string vary_with_origin(std::string_view vary) {
  if (has_word(vary, "*") || has_word(vary, "origin")) return {};
  return vary.empty() ? "Origin" : std::string(vary) + ", Origin";
}

}  // namespace cors
