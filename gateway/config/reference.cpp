#include "config/reference.h"

#include <algorithm>
#include <set>

#include "config/section/section.h"

namespace gatehouse::config {
namespace {

using Kind = Shape::Kind;

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : std::string(between)) + part;
  return out;
}

// A table as one page describes it: where it stands in the file, and what it is.
struct Section {
  std::string path;
  std::string_view name;
  Table table;
};

bool same_keys(const Table& a, const Table& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Row& x, const Row& y) { return x.name == y.name; });
}

class Page {
 public:
  explicit Page(const std::vector<Shape>& plugins) : plugins_(plugins) {}
  std::string print() {
    enter("routes.yaml", section_shape("the file", table_of(Spec{})));
    // Sections are found while those above them are printed.
    for (std::size_t i = 0; i < sections_.size(); ++i) print_section(i);
    return std::move(out_);
  }

 private:
  static std::string anchor(std::string_view path) {
    std::string out;
    for (char c : path) {
      if (c == ' ') out += '-';
      if (c == '_' || c == '-' || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
      if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + 32);
    }
    return out;
  }

  // A link to where the table is described; limits and actions stand in many places.
  std::string enter(const std::string& path, const Shape& shape) {
    for (const auto& known : sections_) {
      if (known.name == shape.word && same_keys(known.table, shape.table))
        return "[" + known.path + "](#" + anchor(known.path) + ")";
    }
    sections_.push_back({path, shape.word, shape.table});
    return "[" + path + "](#" + anchor(path) + ")";
  }

  static std::string range(const Rule& rule, std::uint64_t most,
                           std::string (*print)(std::uint64_t)) {
    most = std::min(most, rule.max);
    if (most == UINT64_MAX) return rule.min == 0 ? "" : ", at least " + code(print(rule.min));
    if (rule.min == most) return ", " + code(print(most));
    return ", " + code(print(rule.min)) + " to " + code(print(most));
  }

  static std::string choice(const Rule& rule) {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < rule.words.size(); ++i)
      words.push_back(code(rule.words[i]) + (i < rule.available ? "" : " (later)"));
    return joined(words, ", ");
  }

  std::string plugin(const Shape& shape, const std::string& path) {
    std::vector<std::string> with;
    for (const auto& known : plugins_.empty() ? shape.parts : plugins_)
      with.push_back(enter("with, use: " + std::string(known.word), known));
    return enter(path, {Kind::section, shape.word, shape.table}) +
           "; `with` by plugin: " + joined(with, ", ");
  }

  // What may stand there.
  std::string value(const Shape& shape, const Rule& rule, const std::string& path) {
    switch (shape.kind) {
      case Kind::boolean:
        return "`true` or `false`";
      case Kind::integer:
        if (!rule.words.empty()) return choice(rule);
        return "whole number" + range(rule, UINT32_MAX, [](std::uint64_t n) {
                 return n == UINT32_MAX ? std::string("4294967295") : std::to_string(n);
               });
      case Kind::text:
        return (rule.format == nullptr ? "text" : std::string(rule.format->wanted)) +
               (rule.not_empty ? ", not empty" : "");
      case Kind::size:
        return "size in B, KiB, MiB, GiB" +
               range(rule, UINT64_MAX, [](std::uint64_t n) { return format_size(Bytes{n}); });
      case Kind::time:
        return (rule.unit == 1 ? "time in ms, s, min, h, d" : "time in s, min, h, d") +
               range(rule, kLongestTime, [](std::uint64_t n) {
                 return format_duration(Millis(static_cast<Millis::rep>(n)));
               });
      case Kind::word:
        return choice(rule);
      case Kind::regex:
        return "regular expression (RE2)";
      case Kind::secret:
        return std::string("secret: text, `${VARIABLE}` or `file:PATH`") +
               (rule.not_empty ? ", not empty" : "");
      case Kind::any_map:
        return "map";
      case Kind::literal:
        return code(shape.word);
      case Kind::section:
        return enter(path, shape);
      case Kind::list:
        return "list of " + value(shape.parts[0], rule, path + "[]");
      case Kind::one_or_list:
        return value(shape.parts[0], rule, path + "[]") + "; one or a list";
      case Kind::names:
        return "map of names to " + value(shape.parts[0], rule, path + ".NAME");
      case Kind::any_of: {
        std::vector<std::string> parts;
        for (const auto& part : shape.parts) parts.push_back(value(part, rule, path));
        return joined(parts, " or ");
      }
      case Kind::plugin:
        return plugin(shape, path);
    }
    return {};
  }

  void print_section(std::size_t number) {
    const Section section = sections_[number];
    out_ += (number == 0 ? "" : "\n## " + section.path + "\n\n");
    out_ += "| key | what | value | default | example |\n|---|---|---|---|---|\n";
    for (const auto& row : section.table) {
      const std::string path = (number == 0 ? "" : section.path + ".") + std::string(row.name);
      std::string doc(row.doc);
      if (!row.rule.later.empty()) doc += " (comes in a later version)";
      std::string initial = row.initial == nullptr ? "" : row.initial(row);
      if (row.rule.required) initial.clear();
      const std::string holds = value(shape_of(row), row.rule, path);
      out_ += "| " + code(row.name) + " | " + escaped(doc) + " | " + escaped(holds) + " | " +
              (row.rule.required ? "required"
               : initial.empty() ? "–"
                                 : code(escaped(initial))) +
              " | " + code(escaped(std::string(row.name) + ": " + example(row))) + " |\n";
    }
  }

  static std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
      if (c == '|') out += '\\';
      out += c;
    }
    return out;
  }

  const std::vector<Shape>& plugins_;
  std::vector<Section> sections_;
  std::string out_;
};

void words_of(const Shape& shape, const Rule& rule, std::set<std::string>& words) {
  if (shape.kind == Kind::literal) words.insert(std::string(shape.word));
  if (shape.kind == Kind::word) words.insert(rule.words.begin(), rule.words.end());
  if (rule.format != nullptr) words.insert(std::string(rule.format->example));
  for (const auto& row : shape.table) {
    words.insert(std::string(row.name) + ": ");
    words_of(shape_of(row), row.rule, words);
  }
  for (const auto& part : shape.parts) words_of(part, rule, words);
}

}  // namespace

std::string reference_markdown(const std::vector<Shape>& plugins) {
  std::string out =
      "# routes.yaml, key by key\n\n"
      "Printed by `gatehouse schema markdown` from the tables that read the file; `gatehouse "
      "schema` "
      "prints them as JSON\nSchema for editors. Any value may hold `${VARIABLE}` or "
      "`${VARIABLE:-default}`; `$${` is a plain `${`. Relative paths\nstart at the folder of the "
      "file. Anchors are read, aliases are not.\n\n";
  return out + Page(plugins).print();
}

std::string dictionary() {
  std::set<std::string> words;
  words_of(section_shape("the file", table_of(Spec{})), {}, words);
  std::string out;
  for (const auto& word : words) {
    if (!word.empty() && word.find_first_of("\"\\") == std::string::npos)
      out += '"' + word + "\"\n";
  }
  return out;
}

}  // namespace gatehouse::config
