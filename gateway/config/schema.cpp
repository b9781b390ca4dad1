#include "config/schema.h"

#include <algorithm>

#include "config/terminal.h"

namespace gatehouse::config {

void Reader::error(Span span, std::string code, std::string message, std::string hint) {
  add(diagnostics_, {Severity::error, std::move(code), span, std::move(message), std::move(hint)});
}

void Reader::warning(Span span, std::string code, std::string message, std::string hint) {
  add(diagnostics_,
      {Severity::warning, std::move(code), span, std::move(message), std::move(hint)});
}

void Reader::note(Span span, std::string code, std::string message, std::vector<Related> related) {
  add(diagnostics_,
      {Severity::note, std::move(code), span, std::move(message), "", std::move(related)});
}

void Reader::wrong_type(const Node& node, std::string_view wanted) {
  static constexpr std::string_view kKinds[] = {"nothing", "a single value", "a list", "a map"};
  error(node.span, "wrong-type",
        "expected " + std::string(wanted) + ", found " +
            std::string(kKinds[static_cast<std::size_t>(node.kind)]));
}

void Reader::wrong_value(const Node& node, std::string_view wanted, std::string hint) {
  // Where a host and a port are asked for, a URL is what people write first.
  if (const auto scheme = node.text.find("://"); scheme != std::string::npos && !hint.empty() &&
                                                 wanted.find("address") != std::string_view::npos)
    hint = "leave out " + in_quotes(node.text.substr(0, scheme + 3)) + ": " + hint;
  error(node.span, "wrong-value", in_quotes(node.text) + " is not " + std::string(wanted),
        std::move(hint));
}

void Reader::not_available(const Node& key, std::string_view what) {
  error(key.span, "not-available",
        "'" + key.text + "' is not available yet: a later version brings " + std::string(what),
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
    if (!is_variable(name) || inside.find("${") != std::string_view::npos) {
      error(node.span, "wrong-value",
            in_quotes(rest.substr(at, end + 1 - at)) + " names no variable",
            "${NAME} or ${NAME:-default}; write `$${` for a plain `${`");
      return std::nullopt;
    }
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
  if (!value) return value;
  if (!value->starts_with("file:")) {
    if (!value->empty() && node.text.find("${") == std::string::npos) {
      warning(node.span, "literal-secret", "a secret stands in the file, for all who read it",
              "\"${NAME}\" or \"file:PATH\"");
    }
    return value;
  }
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
  if (sequence.kind != Node::Kind::sequence) return;
  for (std::uint32_t i = sequence.first; i != 0; i = document_.at(i).next) visit(document_.at(i));
}

void Reader::each_entry(const Node& map,
                        const std::function<void(const Node&, const Node&)>& visit) {
  if (map.kind != Node::Kind::map) return;
  for (std::uint32_t i = map.first; i != 0;) {
    const Node& key = document_.at(i);
    const Node& value = document_.at(key.next);
    visit(key, value);
    i = value.next;
  }
}

const Node* Reader::find(const Node& map, std::string_view name) const {
  if (map.kind != Node::Kind::map) return nullptr;
  for (std::uint32_t i = map.first; i != 0;) {
    const Node& key = document_.at(i);
    if (key.text == name) return &document_.at(key.next);
    i = document_.at(key.next).next;
  }
  return nullptr;
}

bool Reader::has_unknown_key(const Node& map, Table table) const {
  if (map.kind != Node::Kind::map) return false;
  for (std::uint32_t i = map.first; i != 0; i = document_.at(document_.at(i).next).next) {
    const std::string& key = document_.at(i).text;
    if (std::none_of(table.begin(), table.end(), [&](const Row& row) { return row.name == key; }))
      return true;
  }
  return false;
}

void Reader::read_map(const Node& node, Table table, void* object, std::string_view what) {
  if (node.kind != Node::Kind::map) return wrong_type(node, "a map (" + std::string(what) + ")");
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
                   "unknown key " + in_quotes(key.text) + " in " + std::string(what),
                   meant.empty() ? "known: " + all : "did you mean '" + std::string(meant) + "'?");
    }
    seen[static_cast<std::size_t>(row - table.begin())] = true;
    row->read(*this, value, *row, object);
    const bool available =
        row->rule.later.empty() || (!row->rule.unless.empty() && value.text == row->rule.unless);
    if (!available) not_available(key, row->rule.later);
  });
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!table[i].rule.required || seen[i]) continue;
    error(node.span, "missing-key",
          std::string(what) + " needs '" + std::string(table[i].name) +
              "': " + std::string(table[i].doc),
          table[i].rule.example.empty() ? ""
                                        : "such as `" + std::string(table[i].name) + ": " +
                                              std::string(table[i].rule.example) + "`");
  }
}

}  // namespace gatehouse::config
