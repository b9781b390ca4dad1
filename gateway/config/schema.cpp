#include "config/schema.h"

#include <algorithm>

namespace gatehouse::config {

void Reader::error(Span span, std::string code, std::string message, std::string hint) {
  diagnostics_.push_back(
      {Severity::error, std::move(code), span, std::move(message), std::move(hint)});
}

void Reader::warning(Span span, std::string code, std::string message, std::string hint) {
  diagnostics_.push_back(
      {Severity::warning, std::move(code), span, std::move(message), std::move(hint)});
}

void Reader::wrong_type(const Node& node, std::string_view wanted) {
  static constexpr std::string_view kKinds[] = {"nothing", "a single value", "a list", "a map"};
  error(node.span, "wrong-type",
        "expected " + std::string(wanted) + ", found " +
            std::string(kKinds[static_cast<std::size_t>(node.kind)]));
}

void Reader::wrong_value(const Node& node, std::string_view wanted, std::string hint) {
  error(node.span, "wrong-value", "'" + node.text + "' is not " + std::string(wanted),
        std::move(hint));
}

void Reader::not_available(const Node& key, std::string_view what) {
  error(key.span, "not-available",
        "'" + key.text + "': " + std::string(what) + " comes in a later version",
        "leave it out for now");
}

std::optional<std::string> Reader::text(const Node& node, std::string_view wanted) {
  if (node.kind != Node::Kind::scalar) {
    wrong_type(node, wanted);
    return std::nullopt;
  }
  std::string out;
  std::string_view rest = node.text;
  bool good = true;
  for (;;) {
    const auto at = rest.find("${");
    out += rest.substr(0, at);
    if (at == std::string_view::npos) break;
    if (at > 0 && rest[at - 1] == '$') {  // $${ is a plain ${
      out.pop_back();
      out += "${";
      rest = rest.substr(at + 2);
      continue;
    }
    const auto end = rest.find('}', at);
    if (end == std::string_view::npos) {
      error(node.span, "wrong-value", "`${` is not closed by `}`", "write `$${` for a plain `${`");
      return std::nullopt;
    }
    const std::string_view inside = rest.substr(at + 2, end - at - 2);
    const auto otherwise = inside.find(":-");
    const std::string name(inside.substr(0, otherwise));
    const auto value = source_.environment(name);
    if (value && !(value->empty() && otherwise != std::string_view::npos)) {
      out += *value;
    } else if (otherwise != std::string_view::npos) {
      out += inside.substr(otherwise + 2);
    } else {
      error(node.span, "unset-variable", "the environment variable " + name + " is not set",
            "set it, or write ${" + name + ":-default}");
      good = false;
    }
    rest = rest.substr(end + 1);
  }
  return good ? std::optional(out) : std::nullopt;
}

std::optional<std::string> Reader::secret(const Node& node) {
  auto value = text(node, "a text");
  if (!value || !value->starts_with("file:")) return value;
  auto bytes = source_.read_file(value->substr(5));
  if (!bytes) {
    error(node.span, "unreadable-file", bytes.error().text(),
          "relative paths start at the folder of this file");
    return std::nullopt;
  }
  while (!bytes->empty() && (bytes->back() == '\n' || bytes->back() == '\r')) bytes->pop_back();
  return *bytes;
}

void Reader::each_item(const Node& sequence, const std::function<void(const Node&)>& visit) {
  for (std::uint32_t i = sequence.first; i != 0; i = document_.at(i).next) visit(document_.at(i));
}

void Reader::each_entry(const Node& map,
                        const std::function<void(const Node&, const Node&)>& visit) {
  for (std::uint32_t i = map.first; i != 0;) {
    const Node& key = document_.at(i);
    const Node& value = document_.at(key.next);
    visit(key, value);
    i = value.next;
  }
}

const Node* Reader::find(const Node& map, std::string_view name) const {
  for (std::uint32_t i = map.first; i != 0;) {
    const Node& key = document_.at(i);
    if (key.text == name) return &document_.at(key.next);
    i = document_.at(key.next).next;
  }
  return nullptr;
}

void Reader::read_map(const Node& node, Table table, void* object, std::string_view what) {
  if (node.kind != Node::Kind::map) return wrong_type(node, "a map of " + std::string(what));
  std::vector<bool> seen(table.size());
  each_entry(node, [&](const Node& key, const Node& value) {
    const auto row =
        std::find_if(table.begin(), table.end(), [&](const Row& r) { return r.name == key.text; });
    if (row == table.end()) {
      std::vector<std::string_view> names;
      for (const auto& r : table) names.push_back(r.name);
      const std::string_view meant = nearest(key.text, names);
      // It stands for the key that was meant, which is then not missing as well.
      const auto stands_for = std::find(names.begin(), names.end(), meant);
      if (stands_for != names.end()) {
        seen[static_cast<std::size_t>(stands_for - names.begin())] = true;
      }
      std::string all;
      for (auto name : names) all += (all.empty() ? "" : ", ") + std::string(name);
      return error(key.span, "unknown-key",
                   "unknown key '" + key.text + "' in " + std::string(what),
                   meant.empty() ? "known: " + all : "did you mean '" + std::string(meant) + "'?");
    }
    seen[static_cast<std::size_t>(row - table.begin())] = true;
    row->read(*this, value, *row, object);
    if (!row->rule.later.empty()) not_available(key, row->rule.later);
  });
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!table[i].rule.required || seen[i]) continue;
    error(node.span, "missing-key",
          std::string(what) + " needs '" + std::string(table[i].name) +
              "': " + std::string(table[i].doc));
  }
}

namespace {

template <typename T>
bool in_range(Reader& reader, const Node& node, const Row& row, T value) {
  if (value >= row.rule.min && value <= row.rule.max) return true;
  reader.error(node.span, "out-of-range",
               "'" + std::string(row.name) + "' is " + std::to_string(value) + ", allowed is " +
                   std::to_string(row.rule.min) + " to " + std::to_string(row.rule.max));
  return false;
}

// Reads one scalar and checks it with `good`.
template <typename Good>
void check_text(Reader& reader, const Node& node, std::string_view wanted, Good good) {
  if (const auto text = reader.text(node, wanted); text && !good(*text))
    reader.wrong_value(node, wanted);
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
  const auto text = reader.text(node, "a whole number");
  if (!text) return;
  const auto value = parse_integer(*text);
  if (!value) return reader.wrong_value(node, "a whole number");
  const std::uint64_t most = std::min<std::uint64_t>(row.rule.max, UINT32_MAX);
  Row bounded = row;
  bounded.rule.max = most;
  if (in_range(reader, node, bounded, *value)) out = static_cast<std::uint32_t>(*value);
}

void read_value(Reader& reader, const Node& node, const Row& row, Placed<std::uint32_t>& out) {
  out.span = node.span;
  read_value(reader, node, row, out.value);
}

void read_value(Reader& reader, const Node& node, const Row&, std::string& out) {
  if (auto text = reader.text(node, "a text")) out = std::move(*text);
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
  if (in_range(reader, node, row, value->value)) out = *value;
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
  if (in_range(reader, node, row, static_cast<std::uint64_t>(value->count()))) out = *value;
}

namespace {
void error_not_yet(Reader& reader, const Node& node, const Row& row) {
  std::string now;
  for (auto word : row.rule.words.first(row.rule.available))
    now += (now.empty() ? "" : ", ") + std::string(word);
  reader.error(node.span, "not-available",
               "'" + std::string(row.name) + ": " + node.text + "' comes in a later version",
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
  const std::string_view meant = nearest(*text, {row.rule.words.begin(), row.rule.words.end()});
  reader.wrong_value(node, "one of " + all,
                     meant.empty() ? "" : "did you mean '" + std::string(meant) + "'?");
  return std::nullopt;
}

void read_value(Reader& reader, const Node& node, const Row& row, Choice&) {
  static_cast<void>(read_word(reader, node, row));
}
void read_value(Reader& reader, const Node& node, const Row&, Rate&) {
  check_text(reader, node, "a rate such as 10/s, 500/min, 1000/hour or 5000/day", is_rate);
}
void read_value(Reader& reader, const Node& node, const Row&, Percent&) {
  check_text(reader, node, "a share such as 50%", is_percent);
}
void read_value(Reader& reader, const Node& node, const Row&, Cidr&) {
  check_text(reader, node, "an address or block such as 10.0.0.0/8 or ::1/128", is_cidr);
}
void read_value(Reader& reader, const Node& node, const Row&, Regex&) {
  static_cast<void>(reader.text(node, "a regular expression"));
}
void read_value(Reader& reader, const Node& node, const Row&, Secret& out) {
  if (auto text = reader.secret(node)) out.value = std::move(*text);
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

}  // namespace gatehouse::config
