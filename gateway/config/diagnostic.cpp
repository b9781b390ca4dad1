#include "config/diagnostic.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "config/json.h"
#include "config/lines.h"
#include "config/terminal.h"

namespace gatehouse::config {
namespace {

// Edits from one word to the other: a character put in, left out, replaced, or two exchanged.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(above);
    above.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

// As a shell takes it for one word.
std::string shell_word(const std::string& text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           std::string_view("-._~/:@%+=,").find(c) != std::string_view::npos;
  });
  if (plain && !text.empty()) return text;
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string json_of(const Span& span) {
  return "\"line\":" + std::to_string(span.line) + ",\"column\":" + std::to_string(span.column) +
         ",\"length\":" + std::to_string(span.length);
}

}  // namespace

void add(Diagnostics& diagnostics, Diagnostic diagnostic) {
  constexpr std::size_t kMost = 1000;
  constexpr std::size_t kMostBytes = 1000;  // of a text; ours are shorter
  if (diagnostics.size() >= kMost) return;
  if (diagnostics.size() + 1 == kMost) {
    diagnostic.severity = Severity::error;
    diagnostic.code = "too-many-errors";
    diagnostic.message = "from here on errors are not counted any more";
    diagnostic.hint = "is it another file?";
  }
  // Messages quote files, variables and names that nobody has looked at.
  diagnostic.message = shown(diagnostic.message.substr(0, kMostBytes));
  diagnostic.hint = shown(diagnostic.hint.substr(0, kMostBytes));
  diagnostics.push_back(std::move(diagnostic));
}

std::size_t count(const Diagnostics& diagnostics, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(diagnostics.begin(), diagnostics.end(),
                    [&](const Diagnostic& d) { return d.severity == severity; }));
}

Diagnostics sorted(Diagnostics diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return a.span.line != b.span.line ? a.span.line < b.span.line
                                                       : a.span.column < b.span.column;
                   });
  return diagnostics;
}

std::string_view word(Severity severity) {
  constexpr std::string_view kWords[] = {"error", "warning", "note"};
  return kWords[static_cast<std::size_t>(severity)];
}

std::string explain_words(const Witness& witness) {
  std::string out = shell_word(witness.method) + " " + shell_word(witness.url);
  for (const auto& field : witness.fields) out += " -H " + shell_word(field);
  if (witness.source_ip != "127.0.0.1") out += " --source-ip " + witness.source_ip;
  return out + " --listener " + shell_word(witness.listener);
}

namespace {

// A file's text with asterisks for the secrets that stand in it, so that no log of a check has
// them.
std::string without_secrets(const Diagnostics& diagnostics, std::string_view text) {
  const Lines lines(text);
  std::string out(text);
  for (const auto& d : diagnostics) {
    if (d.code != "literal-secret") continue;
    const std::string_view line = lines.line(d.span.line);
    const auto place = [&](std::size_t characters) {
      std::size_t at = 0;
      for (; at < line.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(line[at]) & 0xc0) != 0x80;
        if (begins && characters-- == 0) break;
      }
      return at;
    };
    std::size_t begin = place(d.span.column - 1);
    std::size_t end = place(d.span.column - 1 + d.span.length);
    if (end - begin >= 2 && (line[begin] == '"' || line[begin] == '\'')) {
      ++begin;
      --end;
    }
    // Of a character of several bytes each is one: what stands behind it may move.
    const auto at = static_cast<std::size_t>(line.data() - text.data());
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(at + begin),
              out.begin() + static_cast<std::ptrdiff_t>(at + end), '*');
  }
  return out;
}

}  // namespace

std::string render(const Diagnostics& diagnostics, std::string_view file, std::string_view text) {
  const std::string shown_text = without_secrets(diagnostics, text);
  const Lines lines(shown_text);
  const bool usual = file == "routes.yaml" || file == "./routes.yaml";
  const std::string in_file = usual ? "" : " -c " + shell_word(std::string(file));
  std::string out;
  for (const auto& d : sorted(diagnostics)) {
    out += std::string(file) + ':' + std::to_string(d.span.line) + ':' +
           std::to_string(d.span.column) + ": ";
    out += std::string(word(d.severity)) + '[' + d.code + "]: " + d.message + '\n';
    out += excerpt(lines.line(d.span.line), d.span);
    if (d.witness)
      out += "    see: gatehouse explain " + shown(explain_words(*d.witness)) + in_file + '\n';
    if (!d.hint.empty()) out += "    hint: " + d.hint + '\n';
  }
  return out;
}

std::string render_few(const Diagnostics& diagnostics, std::string_view file,
                       std::string_view text) {
  // A screenful is read, a thousand of the same are not.
  const auto most = [](const Diagnostic& d) { return d.severity == Severity::note ? 5U : 20U; };
  std::map<std::string, std::size_t> counts;
  Diagnostics few;
  for (const auto& d : sorted(diagnostics)) {
    if (++counts[d.code] <= most(d)) few.push_back(d);
  }
  std::string out = render(few, file, without_secrets(diagnostics, text));
  for (const auto& d : few) {
    const std::size_t count = std::exchange(counts[d.code], 0);
    if (count > most(d))
      out += std::string(file) + ": " + std::to_string(count - most(d)) + " more of [" + d.code +
             "]; `gatehouse check --json` has all\n";
  }
  return out;
}

std::string render_json(const Diagnostics& diagnostics, std::string_view file) {
  std::string out = "[";
  for (const auto& d : sorted(diagnostics)) {
    if (out.size() > 1) out += ",";
    out += "\n  {\"file\":" + json_text(file) + "," + json_of(d.span) +
           ",\"severity\":" + json_text(word(d.severity)) + ",\"code\":" + json_text(d.code) +
           ",\"message\":" + json_text(d.message) + ",\"hint\":" + json_text(d.hint);
    std::string related;
    for (const auto& other : d.related) {
      related += (related.empty() ? "{" : ",{") + json_of(other.span) +
                 ",\"message\":" + json_text(other.message) + "}";
    }
    if (!related.empty()) out += ",\"related\":[" + related + "]";
    if (d.witness) out += ",\"request\":" + render_json(*d.witness);
    out += "}";
  }
  return out + (out.size() > 1 ? "\n]" : "]");
}

std::string render_json(const Witness& witness) {
  std::string fields;
  for (const auto& field : witness.fields) fields += (fields.empty() ? "" : ",") + json_text(field);
  return "{\"listener\":" + json_text(witness.listener) +
         ",\"method\":" + json_text(witness.method) + ",\"url\":" + json_text(witness.url) +
         ",\"headers\":[" + fields + "],\"source_ip\":" + json_text(witness.source_ip) +
         ",\"taken_by\":" + json_text(witness.taken_by) + "}";
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& words) {
  constexpr std::size_t kLongest = 64;  // no word of a table is longer
  if (word.size() > kLongest) return {};
  constexpr std::size_t kBeginning =
      3;  // letters of a word that were perhaps meant to be all of it
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (std::string_view candidate : words) {
    const bool begins = word.size() >= kBeginning && candidate.starts_with(word);
    const std::size_t d = begins ? 1 : distance(word, candidate);
    if (d >= least || d >= candidate.size()) continue;
    least = d;
    best = candidate;
  }
  return best;
}

}  // namespace gatehouse::config
