// The conditions of a route.
#include <algorithm>

#include "base/ascii.h"
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

struct RegexPattern {
  Regex regex;
};
constexpr Row kRegex[] = {
    field<&RegexPattern::regex>("regex", "a regular expression (RE2)",
                                {.required = true, .example = "\"^/v[0-9]+/search\""}),
};

// Only visible ASCII is ever compared (ALB.md 1.1).
void check_visible(Reader& reader, const PatternSpec& pattern) {
  const bool visible = std::all_of(pattern.value.begin(), pattern.value.end(),
                                   [](char c) { return c >= ' ' && c < 0x7f; });
  if (!visible)
    reader.warning(pattern.span, "never-matches", "nothing can match " + in_quotes(pattern.value),
                   "only visible ASCII is compared");
}

// A pattern as it stands, or {regex: …}.
void read_value(Reader& reader, const Node& node, const Row& row, PatternSpec& out) {
  out.span = node.span;
  if (node.kind != Node::Kind::map) {
    read_value(reader, node, row, out.value);
    return check_visible(reader, out);
  }
  RegexPattern pattern;
  pattern.regex.span = node.span;
  reader.read_map(node, kRegex, &pattern, "a pattern");
  out = {std::move(pattern.regex.value), pattern.regex.span, true};
}

void refuse_empty(Reader& reader, const Node& node, Node::Kind kind = Node::Kind::sequence) {
  if (node.kind == kind && node.count == 0)
    reader.error(node.span, "wrong-value",
                 std::string(kind == Node::Kind::map ? "an empty map" : "an empty list") +
                     " matches nothing",
                 "name a value, or leave the condition out");
}

void read_patterns(Reader& reader, const Node& node, const Row& row,
                   std::vector<PatternSpec>& out) {
  refuse_empty(reader, node);
  if (node.kind != Node::Kind::sequence) return read_value(reader, node, row, out.emplace_back());
  reader.each_item(node,
                   [&](const Node& item) { read_value(reader, item, row, out.emplace_back()); });
}

void read_host(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& when = *static_cast<WhenSpec*>(object);
  read_patterns(reader, node, row, when.host);
  for (const auto& host : when.host) {
    if (host.regex) continue;
    if (host.value.find('/') != std::string::npos) {
      reader.warning(host.span, "never-matches", "no host can match " + in_quotes(host.value),
                     "only the name, without scheme and path");
    } else if (host.value.find(':') != std::string::npos && !host.value.starts_with('[')) {
      reader.warning(host.span, "never-matches", "no host can match " + in_quotes(host.value),
                     "hosts are compared without their port");
    }
  }
}

// Patterns are compared as written, with the canonical path: what that can never contain matches
// nothing.
bool can_match(std::string_view pattern) {
  if (pattern.empty() || (pattern[0] != '/' && pattern[0] != '*' && pattern[0] != '?'))
    return false;
  if (pattern.find("//") != std::string_view::npos ||
      pattern.find("/./") != std::string_view::npos ||
      pattern.find("/../") != std::string_view::npos)
    return false;
  return pattern.find('#') == std::string_view::npos &&
         pattern.find(';') == std::string_view::npos && !pattern.ends_with("/..") &&
         !pattern.ends_with("/.");
}

// Of "/a?b=c", which somebody took for a URL: {b: "c"}; "": it looks like none.
std::string query_meant(std::string_view path) {
  const std::size_t mark = path.find('?');
  if (mark == std::string_view::npos) return {};
  const std::string_view pair = path.substr(mark + 1, path.find('&', mark) - mark - 1);
  const std::size_t equals = pair.find('=');
  if (equals == std::string_view::npos || equals == 0 || pair.find('/') < equals) return {};
  return "{" + std::string(pair.substr(0, equals)) + ": \"" + std::string(pair.substr(equals + 1)) +
         "\"}";
}

void read_path(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& when = *static_cast<WhenSpec*>(object);
  read_patterns(reader, node, row, when.path);
  for (const auto& path : when.path) {
    if (path.regex) continue;
    if (!can_match(path.value)) {
      reader.warning(path.span, "never-matches",
                     "no canonical path can match " + in_quotes(path.value),
                     path.value.starts_with('/')
                         ? "slashes are merged and dot segments and ;params removed before"
                         : "a path begins with '/'");
    } else if (const std::string query = query_meant(path.value); !query.empty()) {
      reader.warning(path.span, "query-in-path", "a path has no query: ? stands for one character",
                     "a condition beside it, query: " + query);
    }
  }
}

void read_method(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& methods = static_cast<WhenSpec*>(object)->method;
  refuse_empty(reader, node);
  read_value(reader, node, row, methods);
  for (const auto& method : methods) {
    if (method.value == "CONNECT" || method.value == "TRACE")
      reader.warning(method.span, "never-matches", method.value + " is refused before routing");
  }
}

// A value of a query parameter: a pattern, never a regular expression.
void read_query_value(Reader& reader, const Node& node, const Row& row,
                      std::vector<PatternSpec>& out) {
  if (reader.find(node, kRegex[0].name) == nullptr) {
    PatternSpec& pattern = out.emplace_back();
    pattern.span = node.span;
    read_value(reader, node, row, pattern.value);
    return check_visible(reader, pattern);
  }
  reader.error(node.span, "wrong-type", "a query is compared with patterns only",
               "* and ?; \\* and \\? for themselves");
}

void read_query_values(Reader& reader, const Node& node, const Row& row,
                       std::vector<PatternSpec>& out) {
  refuse_empty(reader, node);
  if (node.kind != Node::Kind::sequence) return read_query_value(reader, node, row, out);
  reader.each_item(node, [&](const Node& item) { read_query_value(reader, item, row, out); });
}

using Names = std::vector<NamedPatterns>;
using ReadValues = void (*)(Reader&, const Node&, const Row&, std::vector<PatternSpec>&);

// A map of names and values: any of them.  A list of such maps: all of them.
void read_maps(Reader& reader, const Node& node, const Row& row, ReadValues read_values,
               std::vector<Names>& out) {
  const auto one = [&](const Node& map) {
    if (map.kind != Node::Kind::map) return reader.wrong_type(map, "a map of names and values");
    refuse_empty(reader, map, Node::Kind::map);
    Names& names = out.emplace_back();
    reader.each_entry(map, [&](const Node& key, const Node& value) {
      NamedPatterns& named = names.emplace_back();
      named.name = {key.text, key.span};
      read_values(reader, value, row, named.values);
    });
    if (names.size() > 1)
      reader.warning(map.span, "any-of", "one of these names is enough",
                     "a list of maps asks for all of them: [{A: x}, {B: y}]");
  };
  if (node.kind != Node::Kind::sequence) return one(node);
  refuse_empty(reader, node);
  reader.each_item(node, one);
}

void read_header(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& header = static_cast<WhenSpec*>(object)->header;
  read_maps(reader, node, row, read_patterns, header);
  for (const auto& names : header) {
    for (const auto& [name, values] : names) {
      if (!kFieldName.good(name.value)) {
        reader.error(name.span, "wrong-value",
                     in_quotes(name.value) + " is not " + std::string(kFieldName.wanted));
      } else if (name.value.find('*') != std::string::npos) {
        reader.error(name.span, "wrong-value", "a header's name has no wildcards");
      } else if (ascii::equals_ignoring_case(name.value, "host")) {
        reader.error(name.span, "wrong-value", "Host is no header here", "use `host:`");
      }
    }
  }
}

void read_query(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& query = static_cast<WhenSpec*>(object)->query;
  read_maps(reader, node, row, read_query_values, query);
  for (const auto& names : query) {
    for (const auto& [name, values] : names) check_visible(reader, {name.value, name.span});
  }
}

void refuse_broadcast(Reader& reader, const std::vector<Placed<AddressBlock>>& blocks) {
  for (const auto& [block, span] : blocks) {
    const bool broadcast = !block.v6 && block.bits == 32 &&
                           std::all_of(block.first.begin(), block.first.begin() + 4,
                                       [](std::uint8_t byte) { return byte == 0xff; });
    if (broadcast) reader.error(span, "wrong-value", "255.255.255.255 is no client's address");
  }
}

template <auto Member>
void read_blocks(Reader& reader, const Node& node, const Row& row, void* object) {
  auto& blocks = static_cast<WhenSpec*>(object)->*Member;
  refuse_empty(reader, node);
  read_value(reader, node, row, blocks);
  refuse_broadcast(reader, blocks);
}

Shape shape_of_pattern() {
  return shape_with(Shape::Kind::any_of, {Shape{}, section_shape("a pattern", kRegex)});
}
Shape shape_of_values(Shape value) {
  Shape shape = shape_with(Shape::Kind::one_or_list, {std::move(value)});
  shape.not_empty = true;
  return shape;
}
Shape shape_of_patterns() { return shape_of_values(shape_of_pattern()); }
Shape shape_of_texts() { return shape_of_values(Shape{}); }

Shape shape_of_maps(std::string_view names, Shape value) {
  Shape map = shape_with(Shape::Kind::names, {shape_of_values(std::move(value))});
  map.word = names;
  map.not_empty = true;
  return shape_of_values(std::move(map));
}
Shape shape_of_header() { return shape_of_maps(kFieldName.pattern, shape_of_pattern()); }
Shape shape_of_query() { return shape_of_maps({}, Shape{}); }

constexpr Row kWhen[] = {
    Row{"host",
        "host names, * and ? allowed, or {regex: …}",
        {.example = "[chat.example.com, \"*.example.org\"]"},
        read_host,
        shape_of_patterns},
    Row{"path",
        "paths, * and ? allowed, or {regex: …}",
        {.example = "[\"/api/*\", /health]"},
        read_path,
        shape_of_patterns},
    Row{"header",
        "header fields and their values, any line of them",
        {.example = "{X-Canary: [\"1\", \"true\"]}"},
        read_header,
        shape_of_header},
    Row{"method", "methods, exactly", {.format = &kMethod}, read_method, shape_of_texts},
    Row{"query",
        "query parameters and their values; `any` is every parameter",
        {.example = "{v: [\"2*\"]}"},
        read_query,
        shape_of_query},
    Row{"source_ip",
        "address of the connection",
        {.format = &kBlock},
        read_blocks<&WhenSpec::source_ip>,
        shape_of_texts},
    Row{"client_ip",
        "address behind trusted proxies",
        {.format = &kBlock},
        read_blocks<&WhenSpec::client_ip>,
        shape_of_texts},
};

}  // namespace

Shape shape_of(Of<WhenSpec>) { return section_shape("when", kWhen); }

void read_value(Reader& reader, const Node& node, const Row&, WhenSpec& out) {
  reader.read_map(node, kWhen, &out, "when");
}

}  // namespace gatehouse::config
