#include "config/diagnostic.h"

#include <algorithm>

namespace gatehouse::config {
namespace {

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (std::uint32_t i = 1; i < line; ++i) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// What a terminal can show: controls as spaces, a very long line cut.
std::string printable(std::string_view line) {
  std::string out(line.substr(0, 400));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return out;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
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
  out += '"';
}

Diagnostics sorted(Diagnostics diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.span.line != b.span.line ? a.span.line < b.span.line
                                                       : a.span.column < b.span.column;
                   });
  return diagnostics;
}

}  // namespace

std::size_t error_count(const Diagnostics& diagnostics) {
  return static_cast<std::size_t>(
      std::count_if(diagnostics.begin(), diagnostics.end(),
                    [](const Diagnostic& d) { return d.severity == Severity::error; }));
}

std::string render(const Diagnostics& diagnostics, std::string_view file, std::string_view text) {
  std::string out;
  for (const auto& d : sorted(diagnostics)) {
    const std::string_view severity = d.severity == Severity::error ? "error" : "warning";
    out += std::string(file) + ':' + std::to_string(d.span.line) + ':' +
           std::to_string(d.span.column) + ": ";
    out += std::string(severity) + '[' + d.code + "]: " + d.message + '\n';
    if (const std::string line = printable(line_of(text, d.span.line)); !line.empty()) {
      out += "    " + line + "\n    " + std::string(d.span.column - 1, ' ');
      out += std::string(std::clamp<std::size_t>(d.span.length, 1, 80), '^') + '\n';
    }
    if (!d.hint.empty()) out += "    hint: " + d.hint + '\n';
  }
  return out;
}

std::string render_json(const Diagnostics& diagnostics, std::string_view file) {
  std::string out = "[";
  for (const auto& d : sorted(diagnostics)) {
    if (out.size() > 1) out += ",";
    out += "\n  {\"file\":";
    append_json(out, file);
    out += ",\"line\":" + std::to_string(d.span.line) +
           ",\"column\":" + std::to_string(d.span.column) +
           ",\"length\":" + std::to_string(d.span.length) + ",\"severity\":";
    append_json(out, d.severity == Severity::error ? "error" : "warning");
    out += ",\"code\":";
    append_json(out, d.code);
    out += ",\"message\":";
    append_json(out, d.message);
    out += ",\"hint\":";
    append_json(out, d.hint);
    out += "}";
  }
  return out + (out.size() > 1 ? "\n]" : "]");
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  std::string_view best;
  std::size_t least = word.size() < 4 ? 2 : 1 + word.size() / 3;
  for (std::string_view candidate : words) {
    const std::size_t d = distance(word, candidate);
    if (d < least || (d == least && best.empty())) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace gatehouse::config
