#include "plugin/schema_table.h"

#include <cstring>

#include "plugin/host.h"

namespace gatehouse::plugin {

using config::Node;
using config::Reader;
using config::Row;

struct SchemaTable::Key {
  gh_field field{};
  std::vector<std::string_view> words;
  std::unique_ptr<SchemaTable> section;
};

namespace {

// What a table reads into.
struct Into {
  void* object;
  config::PluginValues& values;
};

// Gives values to the plugin, and writes them down.
class Setter {
 public:
  Setter(const gh_field& field, const Into& into) : field_(field), into_(into) {}

  void operator()(std::int64_t number, std::string_view text = {},
                  std::string_view key = {}) const {
    const gh_value value{number, c_text(text), c_text(key)};
    field_.set(into_.object, &value);
    note(view(field_.name));
    note(std::to_string(number));
    note(text);
    note(key);
  }
  void note(std::string_view text) const {
    into_.values.content += std::to_string(text.size()) + ':';
    into_.values.content += text;
  }

 private:
  const gh_field& field_;
  const Into& into_;
};

// The value of a T, if it is good.
template <typename T>
std::optional<T> value_of(Reader& reader, const Node& node, const Row& row) {
  // What is wrong with it has been said when there is more to be said than before.
  T value{};
  const std::size_t before = reader.error_count();
  read_value(reader, node, row, value);
  return reader.error_count() == before ? std::optional<T>(std::move(value)) : std::nullopt;
}

bool is_url(std::string_view text) { return text.find("://") != std::string_view::npos; }

void read_file(Reader& reader, const Node& node, const Row& row, const Setter& set,
               bool or_url = false) {
  const auto path = value_of<std::string>(reader, node, row);
  if (!path) return;
  if (or_url && is_url(*path)) return set(0, {}, *path);
  auto bytes = reader.source().read_file(*path);
  if (!bytes) {
    return reader.error(node.span, "unreadable-file", bytes.error().text(),
                        "relative paths start at the folder of this file");
  }
  set(0, *bytes, reader.source().from_folder(*path));
}

void read_names(Reader& reader, const Node& node, const Row& row, const Setter& set) {
  if (node.kind != Node::Kind::map) return reader.wrong_type(node, "a map of names and values");
  reader.each_entry(node, [&](const Node& key, const Node& value) {
    // A name without a value would not be there at all.
    if (value.kind == Node::Kind::sequence && value.count == 0)
      return reader.error(value.span, "wrong-value", "an empty list says nothing",
                          "a text, or a list of them");
    std::vector<std::string> values;
    read_value(reader, value, row, values);
    for (const auto& one : values) set(0, one, key.text);
  });
}

void read_simple(Reader& reader, const Node& node, const Row& row, const gh_field& field,
                 const Into& into) {
  const Setter set(field, into);
  switch (field.type) {
    case GH_BOOL:
      if (const auto v = value_of<bool>(reader, node, row)) set(*v ? 1 : 0);
      return;
    case GH_INTEGER:
      if (const auto v = value_of<std::uint32_t>(reader, node, row)) set(*v);
      return;
    case GH_TEXT:
      if (const auto v = value_of<std::string>(reader, node, row)) set(0, *v);
      return;
    case GH_SIZE:
      if (const auto v = value_of<Bytes>(reader, node, row))
        set(static_cast<std::int64_t>(v->value));
      return;
    case GH_TIME:
      if (const auto v = value_of<Millis>(reader, node, row)) set(v->count());
      return;
    case GH_WORD:
      if (const auto v = read_word(reader, node, row))
        set(static_cast<std::int64_t>(*v), row.rule.words[*v]);
      return;
    case GH_SECRET:
      if (const auto v = value_of<config::Secret>(reader, node, row)) set(0, v->value);
      return;
    case GH_FILE:
      return read_file(reader, node, row, set);
    case GH_FILE_OR_URL:
      return read_file(reader, node, row, set, true);
    case GH_PATH:
      if (const auto v = value_of<std::string>(reader, node, row))
        set(0, is_url(*v) ? *v : reader.source().from_folder(*v));
      return;
    case GH_GROUP:
      if (const auto v = value_of<std::string>(reader, node, row)) {
        into.values.groups.push_back({*v, node.span});
        set(0, *v);
      }
      return;
    case GH_STORE:
      if (const auto v = value_of<std::string>(reader, node, row)) {
        into.values.stores.push_back({*v, node.span});
        set(0, *v);
      }
      return;
    case GH_REGEX:
      if (const auto v = value_of<config::Regex>(reader, node, row)) set(0, v->value);
      return;
    case GH_NAMES:
      return read_names(reader, node, row, set);
    default:
      return;
  }
}

}  // namespace

SchemaTable::SchemaTable(const gh_schema* schema, std::size_t stride) {
  if (schema == nullptr) return;
  for (std::size_t i = 0; i < schema->count; ++i) {
    Key& key = *keys_.emplace_back(std::make_unique<Key>());
    // An older plugin's fields are shorter: what they lack is zero.
    std::memcpy(&key.field, reinterpret_cast<const char*>(schema->fields) + i * stride,
                std::min(stride, sizeof(gh_field)));
    const gh_field& field = key.field;
    for (std::size_t w = 0; w < field.word_count; ++w) key.words.push_back(view(field.words[w]));
    if (field.section != nullptr)
      key.section = std::make_unique<SchemaTable>(field.section, stride);
    Row row;
    row.name = view(field.name);
    row.doc = view(field.doc);
    row.rule.required = (field.flags & GH_REQUIRED) != 0;
    row.rule.not_empty = (field.flags & GH_NOT_EMPTY) != 0;
    row.rule.min = field.min;
    row.rule.max = field.max;
    row.rule.unit = std::max<std::uint64_t>(field.unit, 1);
    row.rule.words = key.words;
    row.rule.available = field.available;
    row.rule.later = view(field.later);
    row.rule.example = view(field.example);
    row.rule.initial = view(field.initial);
    row.read = &SchemaTable::read_key;
    row.shape_by_detail = &SchemaTable::shape_of_key;
    row.initial = [](const Row& of) { return std::string(of.rule.initial); };
    row.detail = &key;
    rows_.push_back(row);
  }
}

SchemaTable::~SchemaTable() = default;

void SchemaTable::read_key(Reader& reader, const Node& node, const Row& row, void* object) {
  const auto& key = *static_cast<const Key*>(row.detail);
  const auto& into = *static_cast<const Into*>(object);
  const auto one = [&](const Node& item) {
    if (key.field.type != GH_SECTION) return read_simple(reader, item, row, key.field, into);
    Setter(key.field, into).note(row.name);
    if (item.kind != Node::Kind::map)
      return reader.wrong_type(item, "a map (" + std::string(row.name) + ")");
    key.section->read(reader, item, row.name, key.field.enter(into.object), into.values);
    Setter(key.field, into).note("}");
  };
  if ((key.field.flags & GH_LIST) == 0) return one(node);
  key.field.reset(into.object);
  if (node.kind != Node::Kind::sequence) return one(node);
  reader.each_item(node, one);
}

config::Shape SchemaTable::shape_of_key(const Row& row) {
  using Shape = config::Shape;
  using Kind = Shape::Kind;
  const auto& key = *static_cast<const Key*>(row.detail);
  const auto kind = [&] {
    switch (key.field.type) {
      case GH_BOOL:
        return Kind::boolean;
      case GH_INTEGER:
        return Kind::integer;
      case GH_SIZE:
        return Kind::size;
      case GH_TIME:
        return Kind::time;
      case GH_WORD:
        return Kind::word;
      case GH_SECRET:
        return Kind::secret;
      case GH_REGEX:
        return Kind::regex;
      default:
        return Kind::text;
    }
  };
  Shape one{kind()};
  if (key.field.type == GH_SECTION) one = {Kind::section, row.name, key.section->table()};
  if (key.field.type == GH_NAMES) {
    Shape values{Kind::one_or_list};
    values.parts.emplace_back();
    one.kind = Kind::names;
    one.parts.push_back(std::move(values));
  }
  if ((key.field.flags & GH_LIST) == 0) return one;
  Shape list{Kind::one_or_list};
  list.parts.push_back(std::move(one));
  return list;
}

void SchemaTable::read(Reader& reader, const Node& node, std::string_view what, void* object,
                       config::PluginValues& values) const {
  Into into{object, values};
  reader.read_map(node, rows_, &into, what);
}

}  // namespace gatehouse::plugin
