#include "config/sarif.h"

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "config/json.h"

namespace gatehouse::config {
namespace {

// SARIF 3.4.3: a URI reference (RFC 3986).
std::string uri_of(std::string_view file) {
  if (file.starts_with("./")) file.remove_prefix(2);
  std::string out = file.starts_with('/') ? "file://" : "";
  for (const char c : file) {
    if (ascii::is_alpha(c) || ascii::is_digit(c) ||
        std::string_view("-._~/").find(c) != std::string_view::npos) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    }
  }
  return out;
}

std::string location(const std::string& uri, const Span& span, const std::string& more = "") {
  return "{" + more + "\"physicalLocation\":{\"artifactLocation\":{\"uri\":" + json_text(uri) +
         "},\"region\":{\"startLine\":" + std::to_string(span.line) +
         ",\"startColumn\":" + std::to_string(span.column) +
         ",\"endColumn\":" + std::to_string(span.column + span.length) + "}}}";
}

// The message alone is what a reviewer sees beside the line.
std::string text_of(const Diagnostic& diagnostic) {
  std::string out = diagnostic.message;
  if (!diagnostic.hint.empty()) out += "\nhint: " + diagnostic.hint;
  if (diagnostic.witness) out += "\nsee: gatehouse explain " + explain_words(*diagnostic.witness);
  return out;
}

std::string result(const Diagnostic& diagnostic, const std::string& uri) {
  std::string out = "{\"ruleId\":" + json_text(diagnostic.code) +
                    ",\"level\":" + json_text(word(diagnostic.severity)) +
                    ",\"message\":{\"text\":" + json_text(text_of(diagnostic)) +
                    "},\"locations\":[" + location(uri, diagnostic.span) + "]";
  std::string related;
  std::size_t id = 0;
  for (const auto& other : diagnostic.related) {
    related += (related.empty() ? "" : ",") +
               location(uri, other.span,
                        "\"id\":" + std::to_string(++id) +
                            ",\"message\":{\"text\":" + json_text(other.message) + "},");
  }
  if (!related.empty()) out += ",\"relatedLocations\":[" + related + "]";
  if (diagnostic.witness)
    out += ",\"properties\":{\"request\":" + render_json(*diagnostic.witness) + "}";
  return out + "}";
}

}  // namespace

std::string render_sarif(const Diagnostics& diagnostics, std::string_view file,
                         std::string_view version) {
  std::set<std::string> codes;
  for (const auto& diagnostic : diagnostics) codes.insert(diagnostic.code);
  std::string rules;
  for (const auto& code : codes)
    rules += (rules.empty() ? "" : ",") + ("{\"id\":" + json_text(code)) + "}";
  const std::string uri = uri_of(file);
  std::string results;
  for (const auto& diagnostic : sorted(diagnostics))
    results += (results.empty() ? "\n" : ",\n") + result(diagnostic, uri);
  return "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\n"
         "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"gatehouse\",\"version\":" +
         json_text(version) + ",\"rules\":[" + rules +
         "]}},\n\"columnKind\":\"unicodeCodePoints\",\n\"results\":[" + results + "]}]}";
}

}  // namespace gatehouse::config
