// One mechanism for every section: a table of keys, from which values are read and checked; the
// JSON Schema, the reference page and the fuzzer's dictionary come from the same tables.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/document.h"
#include "config/scalar.h"
#include "config/source.h"
#include "config/spec.h"
#include "config/table.h"

namespace gatehouse::config {

class Plugins;
class Policies;

// In milliseconds; times in a timer are nanoseconds in 63 bits.
constexpr std::uint64_t kLongestTime = 365ULL * 86'400'000;

// Walks a document and collects what is wrong.  Pure: files and environment come through `source`.
class Reader {
 public:
  // `plugins`, `policies`: null: none are looked for.
  Reader(const Document& document, const Source& source, Diagnostics& diagnostics,
         Plugins* plugins = nullptr, Policies* policies = nullptr)
      : document_(document),
        source_(source),
        diagnostics_(diagnostics),
        plugins_(plugins),
        policies_(policies) {}

  // All add up to 1,000 (see diagnostic.h).
  void error(Span span, std::string code, std::string message, std::string hint = {});
  void warning(Span span, std::string code, std::string message, std::string hint = {});
  void note(Span span, std::string code, std::string message, std::vector<Related> related);
  void wrong_type(const Node& node, std::string_view wanted);
  void wrong_value(const Node& node, std::string_view wanted, std::string hint = {});
  // The key's feature comes in a later version.
  void not_available(const Node& key, std::string_view what);

  // The text of a scalar, ${NAME} and ${NAME:-default} replaced; nothing after an error.
  [[nodiscard]] std::optional<std::string> text(const Node& node, std::string_view wanted);
  // The same; "file:PATH" is replaced by the file's bytes, without the ends of lines behind them.
  [[nodiscard]] std::optional<std::string> secret(const Node& node);

  // What is no list, or no map, has no items or entries.
  void each_item(const Node& sequence, const std::function<void(const Node&)>& visit);
  void each_entry(const Node& map,
                  const std::function<void(const Node& key, const Node& value)>& visit);
  // The value of a key, or null.
  [[nodiscard]] const Node* find(const Node& map, std::string_view key) const;
  // Whether there is a key that the table has not: what seems to be missing may be misspelt.
  [[nodiscard]] bool has_unknown_key(const Node& map, Table table) const;
  // Reads a map by its table into `object`.
  void read_map(const Node& node, Table table, void* object, std::string_view what);
  [[nodiscard]] std::size_t error_count() const { return config::error_count(diagnostics_); }
  [[nodiscard]] const Document& document() const { return document_; }
  [[nodiscard]] const Source& source() const { return source_; }
  [[nodiscard]] Plugins* plugins() const { return plugins_; }
  [[nodiscard]] Policies* policies() const { return policies_; }

 private:
  const Document& document_;
  const Source& source_;
  Diagnostics& diagnostics_;
  Plugins* plugins_;
  Policies* policies_;
};

// ---- values; a struct says `Table table_of(const T&)` and `std::string_view what_is(const T&)`
// ----

// Shapes of values that no feature reads yet, so that what is written is checked all the same.
struct Choice {};
struct AnyMap {};
struct NameMap {};  // names to texts or lists of texts

template <typename T>
concept Section = requires(const T& value) {
  table_of(value);
};

void read_value(Reader&, const Node&, const Row&, bool& out);
void read_value(Reader&, const Node&, const Row&, std::uint32_t& out);
void read_value(Reader&, const Node&, const Row&, std::string& out);
void read_value(Reader&, const Node&, const Row&, Text& out);
void read_value(Reader&, const Node&, const Row&, Placed<std::uint32_t>& out);
void read_value(Reader&, const Node&, const Row&, Bytes& out);
void read_value(Reader&, const Node&, const Row&, Millis& out);
void read_value(Reader&, const Node&, const Row&, Choice& out);
void read_value(Reader&, const Node&, const Row&, Regex& out);
void read_value(Reader&, const Node&, const Row&, Placed<AddressBlock>& out);
void read_value(Reader&, const Node&, const Row&, Secret& out);
void read_value(Reader&, const Node&, const Row&, AnyMap& out);
void read_value(Reader&, const Node&, const Row&, NameMap& out);
// The place of the word in `row.rule.words`.
[[nodiscard]] std::optional<std::size_t> read_word(Reader&, const Node&, const Row&);

template <typename E>
requires std::is_enum_v<E>
void read_value(Reader& reader, const Node& node, const Row& row, E& out) {
  if (const auto word = read_word(reader, node, row)) out = static_cast<E>(*word);
}

template <Section T>
void read_value(Reader& reader, const Node& node, const Row&, T& out) {
  reader.read_map(node, table_of(out), &out, what_is(out));
}

template <typename T>
void read_value(Reader& reader, const Node& node, const Row& row, std::optional<T>& out) {
  read_value(reader, node, row, out.emplace());
}

// One value, or a list of them.
template <typename T>
void read_value(Reader& reader, const Node& node, const Row& row, std::vector<T>& out) {
  if (node.kind != Node::Kind::sequence) return read_value(reader, node, row, out.emplace_back());
  reader.each_item(node,
                   [&](const Node& item) { read_value(reader, item, row, out.emplace_back()); });
}

// ---- shapes and defaults of the same types, for what is printed from the tables ----

template <typename T>
struct Of {};

inline Shape shape_of(Of<bool>) { return {Shape::Kind::boolean}; }
inline Shape shape_of(Of<std::uint32_t>) { return {Shape::Kind::integer}; }
inline Shape shape_of(Of<Placed<std::uint32_t>>) { return {Shape::Kind::integer}; }
inline Shape shape_of(Of<std::string>) { return {Shape::Kind::text}; }
inline Shape shape_of(Of<Text>) { return {Shape::Kind::text}; }
inline Shape shape_of(Of<Bytes>) { return {Shape::Kind::size}; }
inline Shape shape_of(Of<Millis>) { return {Shape::Kind::time}; }
inline Shape shape_of(Of<Choice>) { return {Shape::Kind::word}; }
inline Shape shape_of(Of<Regex>) { return {Shape::Kind::regex}; }
inline Shape shape_of(Of<Secret>) { return {Shape::Kind::secret}; }
inline Shape shape_of(Of<AnyMap>) { return {Shape::Kind::any_map}; }
inline Shape shape_of(Of<NameMap>) {
  return {Shape::Kind::names, {}, {}, {}, {{Shape::Kind::one_or_list, {}, {}, {}, {Shape{}}}}};
}
template <typename E>
requires std::is_enum_v<E> Shape shape_of(Of<E>) { return {Shape::Kind::word}; }
template <Section T>
Shape shape_of(Of<T>) {
  return {Shape::Kind::section, what_is(T{}), table_of(T{})};
}
template <typename T>
Shape shape_of(Of<std::optional<T>>) {
  return shape_of(Of<T>{});
}
template <typename T>
Shape shape_of(Of<std::vector<T>>) {
  return {Shape::Kind::one_or_list, {}, {}, {}, {shape_of(Of<T>{})}};
}

// A default as it would be written; "" where a key that is not there means more than a value.
template <typename T>
requires(!std::is_enum_v<T>) std::string written(const Row&, const T&) { return {}; }
std::string written(const Row&, bool value);
std::string written(const Row&, std::uint32_t value);
std::string written(const Row&, const std::string& value);
std::string written(const Row&, Bytes value);
std::string written(const Row&, Millis value);
template <typename E>
requires std::is_enum_v<E> std::string written(const Row& row, E value) {
  return std::string(row.rule.words[static_cast<std::size_t>(value)]);
}

// A value of a row as one might write it: the row's own example, or one made from its type; "" for
// a map without one.
[[nodiscard]] std::string example(const Row& row);

namespace detail {
template <auto Member>
struct MemberOf;
template <typename Class, typename Type, Type Class::*Member>
struct MemberOf<Member> {
  using ClassType = Class;
  using ValueType = Type;
};
}  // namespace detail

// A row that reads into a member.
template <auto Member>
constexpr Row field(std::string_view name, std::string_view doc, Rule rule = {}) {
  using Class = typename detail::MemberOf<Member>::ClassType;
  using Type = typename detail::MemberOf<Member>::ValueType;
  return {name,
          doc,
          rule,
          [](Reader& reader, const Node& node, const Row& row, void* object) {
            read_value(reader, node, row, static_cast<Class*>(object)->*Member);
          },
          [] { return shape_of(Of<Type>{}); },
          [](const Row& row) { return written(row, Class{}.*Member); }};
}

// A row whose key, where it is not there, means something that no value of it says.
constexpr Row without_default(Row row) {
  row.initial = nullptr;
  return row;
}

// A row whose value is checked as a T and then dropped.
template <typename T>
constexpr Row checked(std::string_view name, std::string_view doc, Rule rule = {}) {
  return {name,
          doc,
          rule,
          [](Reader& reader, const Node& node, const Row& row, void*) {
            T dropped{};
            read_value(reader, node, row, dropped);
          },
          [] { return shape_of(Of<T>{}); },
          [](const Row& row) { return std::string(row.rule.initial); }};
}

}  // namespace gatehouse::config
