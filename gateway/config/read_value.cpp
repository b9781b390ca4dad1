// Values by their type.
#include <algorithm>

#include "config/describe.h"
#include "config/regex.h"
#include "config/schema.h"
#include "config/terminal.h"

namespace gatehouse::config {

namespace {

// `print` writes a number as it would stand in the file.
template <typename Print>
bool in_range(Reader& reader, const Node& node, const Row& row, std::uint64_t value,
              std::uint64_t most, Print print) {
  most = std::min(most, row.rule.max);
  if (value >= row.rule.min && value <= most) return true;
  const std::string allowed = most == UINT64_MAX     ? "at least " + print(row.rule.min)
                              : row.rule.min == most ? print(most)
                                                     : print(row.rule.min) + " to " + print(most);
  reader.error(node.span, "out-of-range",
               "'" + std::string(row.name) + "' is " + print(value) + ", allowed is " + allowed);
  return false;
}

}  // namespace

void read_value(Reader& reader, const Node& node, const Row&, bool& out) {
  const auto text = reader.text(node, "true or false");
  if (!text) return;
  const auto value = parse_bool(*text);
  if (!value) return reader.wrong_value(node, "true or false");
  out = *value;
}

void read_value(Reader& reader, const Node& node, const Row& row, std::uint32_t& out) {
  if (!row.rule.words.empty()) {
    if (const auto word = read_word(reader, node, row))
      out = static_cast<std::uint32_t>(*parse_integer(row.rule.words[*word]));
    return;
  }
  const auto text = reader.text(node, "a whole number");
  if (!text) return;
  const auto value = parse_integer(*text);
  if (!value) return reader.wrong_value(node, "a whole number");
  const auto print = [](std::uint64_t number) { return std::to_string(number); };
  if (in_range(reader, node, row, *value, UINT32_MAX, print))
    out = static_cast<std::uint32_t>(*value);
}

void read_value(Reader& reader, const Node& node, const Row& row, Placed<std::uint32_t>& out) {
  out.span = node.span;
  read_value(reader, node, row, out.value);
}

void read_value(Reader& reader, const Node& node, const Row& row, std::string& out) {
  auto text = reader.text(node, "a text");
  if (!text) return;
  const Format* format = row.rule.format;
  if (format != nullptr && !format->good(*text))
    return reader.wrong_value(node, format->wanted, std::string(format->hint));
  if (row.rule.not_empty && text->empty())
    return reader.error(node.span, "wrong-value", "'" + std::string(row.name) + "' is empty",
                        row.rule.required ? "" : "leave it out");
  out = std::move(*text);
}

void read_value(Reader& reader, const Node& node, const Row& row, Text& out) {
  out.span = node.span;
  read_value(reader, node, row, out.value);
}

void read_value(Reader& reader, const Node& node, const Row& row, Bytes& out) {
  const auto text = reader.text(node, "a size such as 8KiB");
  if (!text) return;
  const auto value = parse_size(*text);
  if (!value) {
    const bool bare = parse_integer(*text).has_value();
    return reader.wrong_value(node, "a size such as 512B, 8KiB, 10MiB",
                              bare ? "add the unit: " + *text + "B or " + *text + "KiB" : "");
  }
  const auto print = [](std::uint64_t number) { return format_size(Bytes{number}); };
  if (in_range(reader, node, row, value->value, UINT64_MAX, print)) out = *value;
}

void read_value(Reader& reader, const Node& node, const Row& row, Millis& out) {
  const auto text = reader.text(node, "a time such as 10s");
  if (!text) return;
  const auto value = parse_duration(*text);
  if (!value) {
    const bool bare = parse_integer(*text).has_value();
    return reader.wrong_value(node, "a time such as 100ms, 10s, 5min, 1h",
                              bare ? "add the unit: " + *text + "s or " + *text + "ms" : "");
  }
  const auto print = [](std::uint64_t number) {
    return format_duration(Millis(static_cast<Millis::rep>(number)));
  };
  const auto number = static_cast<std::uint64_t>(value->count());
  if (!in_range(reader, node, row, number, kLongestTime, print)) return;
  const std::uint64_t over = number % row.rule.unit;
  if (over != 0)
    return reader.wrong_value(node, "a multiple of " + print(row.rule.unit),
                              print(number - over + row.rule.unit));
  out = *value;
}

namespace {
void error_not_yet(Reader& reader, const Node& node, const Row& row) {
  std::string now;
  for (auto word : row.rule.words.first(row.rule.available))
    now += (now.empty() ? "" : ", ") + std::string(word);
  reader.error(node.span, "not-available",
               "'" + std::string(row.name) + ": " + node.text + "' is not available yet",
               "available now: " + now);
}
}  // namespace

std::optional<std::size_t> read_word(Reader& reader, const Node& node, const Row& row) {
  std::string all;
  for (auto word : row.rule.words) all += (all.empty() ? "" : ", ") + std::string(word);
  const auto text = reader.text(node, "one of " + all);
  if (!text) return std::nullopt;
  const auto at = std::find(row.rule.words.begin(), row.rule.words.end(), *text);
  if (at != row.rule.words.end()) {
    const auto place = static_cast<std::size_t>(at - row.rule.words.begin());
    if (place >= row.rule.available) {
      error_not_yet(reader, node, row);
      return std::nullopt;
    }
    return place;
  }
  const std::string_view meant =
      parse_integer(*text) ? "" : nearest(*text, {row.rule.words.begin(), row.rule.words.end()});
  reader.wrong_value(node, "one of " + all,
                     meant.empty() ? "" : "did you mean '" + std::string(meant) + "'?");
  return std::nullopt;
}

void read_value(Reader& reader, const Node& node, const Row& row, Choice&) {
  static_cast<void>(read_word(reader, node, row));
}
void read_value(Reader& reader, const Node& node, const Row&, Placed<AddressBlock>& out) {
  out.span = node.span;
  const auto text = reader.text(node, kBlock.wanted);
  if (!text) return;
  const auto block = parse_block(*text);
  if (block) {
    out.value = *block;
    return;
  }
  const auto meant = enclosing_block(*text);
  reader.wrong_value(
      node, kBlock.wanted,
      meant ? "bits are set behind the prefix: did you mean " + describe(*meant) + "?" : "");
}
void read_value(Reader& reader, const Node& node, const Row&, Regex& out) {
  out.span = node.span;
  const auto text = reader.text(node, "a regular expression");
  if (!text) return;
  out.value = *text;
  if (text->empty())
    return reader.error(node.span, "wrong-value", "an empty regular expression matches everything",
                        "leave it out");
  // With the larger of both programs, for some conditions ignore case.
  if (const auto compiled = compile_regex(*text, true); !compiled) {
    reader.error(node.span, "wrong-value", compiled.error().text(),
                 "the syntax is RE2's: no lookaround, no back references");
  }
}
void read_value(Reader& reader, const Node& node, const Row& row, Secret& out) {
  auto text = reader.secret(node);
  if (!text) return;
  if (row.rule.not_empty && text->empty())
    return reader.error(node.span, "empty-secret", "the secret is empty",
                        "is the variable or the file that it comes from empty?");
  out.value = std::move(*text);
}
void read_value(Reader& reader, const Node& node, const Row&, AnyMap&) {
  if (node.kind != Node::Kind::map) reader.wrong_type(node, "a map");
}
void read_value(Reader& reader, const Node& node, const Row& row, NameMap&) {
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "a map of names and values");
  reader.each_entry(node, [&](const Node&, const Node& value) {
    std::vector<std::string> values;
    read_value(reader, value, row, values);
  });
}

std::string written(const Row&, bool value) { return value ? "true" : "false"; }
std::string written(const Row&, std::uint32_t value) { return std::to_string(value); }
std::string written(const Row&, const std::string& value) { return value; }
std::string written(const Row&, Bytes value) { return format_size(value); }
std::string written(const Row&, Millis value) { return format_duration(value); }

}  // namespace gatehouse::config
