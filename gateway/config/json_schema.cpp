#include "config/json_schema.h"

#include <algorithm>

#include "config/json.h"
#include "config/section/section.h"

namespace gatehouse::config {
namespace {

// A member in front of the others of an object.
std::string with_member(std::string_view name, const std::string& value,
                        const std::string& object) {
  const bool alone = object == "{}";
  return "{" + json_text(name) + ":" + value + (alone ? "" : ",") + object.substr(1);
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : ",") + item;
  return "[" + out + "]";
}

std::string any_of(const std::vector<std::string>& schemas) {
  return "{\"anyOf\":" + list(schemas) + "}";
}

std::string pattern(std::string_view expression) {
  return "{\"type\":\"string\",\"pattern\":" + json_text(expression) + "}";
}

// Where a value stands there may be a variable in it, whatever its type.
const std::string kVariableRef = "{\"$ref\":\"#/$defs/variable\"}";

// A word as YAML readers may give it to the validator: off is false for those of YAML 1.1, 1.2 is a
// number.
std::vector<std::string> words(std::string_view word) {
  std::vector<std::string> out = {json_text(word)};
  if (word == "on") out.emplace_back("true");
  if (word == "off") out.emplace_back("false");
  if (!word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos)
    out.emplace_back(word);
  return out;
}

std::string choice(const Rule& rule) {
  std::vector<std::string> all;
  for (auto word : rule.words) {
    for (auto& form : words(word)) all.push_back(std::move(form));
  }
  return any_of({"{\"enum\":" + list(all) + "}", kVariableRef});
}

std::string integer(const Rule& rule) {
  if (!rule.words.empty()) return choice(rule);
  std::string out = "{\"type\":\"integer\",\"minimum\":" + std::to_string(rule.min);
  out += ",\"maximum\":" + std::to_string(std::min<std::uint64_t>(rule.max, UINT32_MAX)) + "}";
  return any_of({out, pattern("^[0-9]+$"), kVariableRef});
}

std::string text(const Rule& rule) {
  if (rule.format == nullptr)
    return std::string("{\"type\":[\"string\",\"number\",\"boolean\"]") +
           (rule.not_empty ? ",\"minLength\":1}" : "}");
  std::vector<std::string> out = {pattern(rule.format->pattern), kVariableRef};
  if (rule.format->number) out.emplace_back("{\"type\":\"integer\"}");
  return any_of(out);
}

// The default as JSON has it; "" if there is none.
std::string initial(const Row& row, const Shape& shape) {
  std::string written = row.initial == nullptr ? "" : row.initial(row);
  if (written.empty() || row.rule.required) return {};
  if (shape.kind == Shape::Kind::boolean || shape.kind == Shape::Kind::integer) return written;
  return json_text(written);
}

// `plugins`: sections of those whose tables are there.
class Writer {
 public:
  explicit Writer(const std::vector<Shape>& plugins) : plugins_(plugins) {}

  std::string property(const Row& row) const {
    const Shape shape = shape_of(row);
    std::string out = schema(shape, row.rule);
    if (const std::string value = initial(row, shape); !value.empty())
      out = with_member("default", value, out);
    std::string doc(row.doc);
    if (!row.rule.later.empty()) doc += " (comes in a later version)";
    return with_member("description", json_text(doc), out);
  }

  std::string section(const Shape& shape) const {
    std::string properties;
    std::vector<std::string> required;
    for (const auto& row : shape.table) {
      properties += (properties.empty() ? "" : ",") + json_text(row.name) + ":" + property(row);
      if (row.rule.required) required.push_back(json_text(row.name));
    }
    std::string out = "{\"type\":\"object\",\"additionalProperties\":false";
    if (!required.empty()) out += ",\"required\":" + list(required);
    if (!shape.one_of.empty()) {
      std::vector<std::string> ways;
      for (auto word : shape.one_of) ways.push_back("{\"required\":[" + json_text(word) + "]}");
      out += ",\"oneOf\":" + list(ways);
    }
    return out + ",\"properties\":{" + properties + "}}";
  }

  // `with` by the plugin that `use` names.
  std::string plugin(const Shape& shape) const {
    std::vector<std::string> rules;
    for (const auto& known : plugins_.empty() ? shape.parts : plugins_) {
      rules.push_back("{\"if\":{\"required\":[\"use\"],\"properties\":{\"use\":{\"const\":" +
                      json_text(known.word) +
                      "}}},\"then\":{\"properties\":{\"with\":" + section(known) + "}}}");
    }
    return with_member("allOf", list(rules), section(shape));
  }

  std::string names(const Shape& shape, const Rule& rule) const {
    std::string out = "{\"type\":\"object\"";
    if (!shape.word.empty())
      out += ",\"propertyNames\":{\"pattern\":" + json_text(shape.word) + "}";
    if (shape.not_empty) out += ",\"minProperties\":1";
    return out + ",\"additionalProperties\":" + schema(shape.parts[0], rule) + "}";
  }

  std::string schema(const Shape& shape, const Rule& rule) const {
    using Kind = Shape::Kind;
    switch (shape.kind) {
      case Kind::boolean:
        return any_of({"{\"enum\":[true,false,\"true\",\"false\",\"on\",\"off\",\"yes\",\"no\"]}",
                       kVariableRef});
      case Kind::integer:
        return integer(rule);
      case Kind::text:
        return text(rule);
      case Kind::size:
        return any_of({pattern("^([0-9]+(B|KiB|MiB|GiB)|0+)$"), "{\"const\":0}", kVariableRef});
      case Kind::time:
        return any_of({pattern("^([0-9]+(ms|s|min|h|d)|0+)$"), "{\"const\":0}", kVariableRef});
      case Kind::word:
        return choice(rule);
      case Kind::regex:
        return "{\"type\":\"string\",\"minLength\":1}";
      case Kind::secret:
        return rule.not_empty ? "{\"type\":\"string\",\"minLength\":1}" : "{\"type\":\"string\"}";
      case Kind::any_map:
        return "{\"type\":\"object\"}";
      case Kind::literal:
        return "{\"enum\":" + list(words(shape.word)) + "}";
      case Kind::section:
        return section(shape);
      case Kind::list:
        return "{\"type\":\"array\",\"items\":" + schema(shape.parts[0], rule) + "}";
      case Kind::one_or_list: {
        const std::string one = schema(shape.parts[0], rule);
        const std::string some = shape.not_empty ? "\"minItems\":1," : "";
        return any_of({one, "{\"type\":\"array\"," + some + "\"items\":" + one + "}"});
      }
      case Kind::names:
        return names(shape, rule);
      case Kind::any_of: {
        std::vector<std::string> parts;
        for (const auto& part : shape.parts) parts.push_back(schema(part, rule));
        return any_of(parts);
      }
      case Kind::plugin:
        return plugin(shape);
    }
    return "{}";
  }

 private:
  const std::vector<Shape>& plugins_;
};

}  // namespace

std::string json_schema(const std::vector<Shape>& plugins) {
  std::string out = Writer(plugins).section(section_shape("the file", table_of(Spec{})));
  out = with_member("$defs",
                    "{\"variable\":{\"type\":\"string\",\"pattern\":" +
                        json_text("\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}") + "}}",
                    out);
  out = with_member("title", json_text("routes.yaml of Gatehouse"), out);
  out = with_member("$schema", json_text("https://json-schema.org/draft/2020-12/schema"), out);
  return json_indented(out) + "\n";
}

}  // namespace gatehouse::config
