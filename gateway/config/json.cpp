#include "config/json.h"

namespace gatehouse::config {
namespace {

constexpr std::size_t kLine = 100;

// Where the value ends that begins at `at`, a `{` or a `[`.
std::size_t end_of(std::string_view json, std::size_t at) {
  int depth = 0;
  bool inside = false;
  for (; at < json.size(); ++at) {
    const char c = json[at];
    if (inside && c == '\\') {
      ++at;
    } else if (c == '"') {
      inside = !inside;
    } else if (!inside && (c == '{' || c == '[')) {
      ++depth;
    } else if (!inside && (c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return at;
}

std::size_t end_of_text(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) at += json[at] == '\\' ? 1 : 0;
  return at + 1;
}

}  // namespace

std::string json_text(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < 0x20 || u == 0x7f) {
      constexpr std::string_view kHex = "0123456789abcdef";
      out += "\\u00";
      out += kHex[u >> 4];
      out += kHex[u & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string json_indented(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  const auto new_line = [&] { out += "\n" + std::string(2 * depth, ' '); };
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = end_of_text(json, at);
      out += json.substr(at, end - at);
      at = end;
      continue;
    }
    if (c == '{' || c == '[') {
      const std::size_t end = end_of(json, at);
      if (end - at + 2 * depth <= kLine) {
        out += json.substr(at, end - at);
        at = end;
        continue;
      }
      ++depth;
    }
    if (c == '}' || c == ']') {
      --depth;
      new_line();
    }
    out += c;
    if (c == '{' || c == '[' || c == ',') new_line();
    if (c == ':') out += ' ';
    ++at;
  }
  return out;
}

}  // namespace gatehouse::config
