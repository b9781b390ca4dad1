#include "routing/glob.h"

#include "base/ascii.h"

namespace gatehouse::routing {
namespace {

void put(std::string& out, char c) {
  if (c != kAny || out.empty() || out.back() != kAny) out.push_back(c);
}

char wildcard(char c) { return c == '*' ? kAny : c == '?' ? kOne : c; }

template <char (*Read)(char)>
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // only the last star needs another try: it can take
                                              // what earlier ones could
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == kAny) {
      star = p++;
      taken = t;
      if (p == pattern.size()) return true;
    } else if (p < pattern.size() && (pattern[p] == kOne || pattern[p] == Read(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == kAny) ++p;
  return p == pattern.size();
}

char as_it_is(char c) { return c; }
char lower(char c) { return ascii::lower(c); }

}  // namespace

std::string compile_glob(std::string_view text) {
  std::string out;
  for (char c : text) put(out, wildcard(c));
  return out;
}

std::string compile_glob_lower(std::string_view text) {
  std::string out;
  for (char c : text) put(out, ascii::lower(wildcard(c)));
  return out;
}

std::string compile_glob_escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '?');
    put(out, escaped ? text[++i] : ascii::lower(wildcard(text[i])));
  }
  return out;
}

std::string glob_text(std::string_view pattern) {
  std::string out;
  for (char c : pattern) {
    if (c == '*' || c == '?') out.push_back('\\');
    out.push_back(c == kAny ? '*' : c == kOne ? '?' : c);
  }
  return out;
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  return matches<as_it_is>(pattern, text);
}

bool glob_matches_any_case(std::string_view pattern, std::string_view text) {
  return matches<lower>(pattern, text);
}

}  // namespace gatehouse::routing
