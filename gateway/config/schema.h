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

namespace gatehouse::config {

class Reader;
struct Row;
using ReadValue = void (*)(Reader&, const Node&, const Row&, void* object);

// What a key may hold beyond its type.
struct Rule {
  bool required = false;
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
  std::span<const std::string_view> words{};  // a choice; an enumerator's number is its place
  std::size_t available =
      SIZE_MAX;              // the first so many words are; the others come in a later version
  std::string_view later{};  // not available yet: what it would do
};

// A key of a section.
struct Row {
  std::string_view name;
  std::string_view doc;
  Rule rule;
  ReadValue read = nullptr;
};
using Table = std::span<const Row>;

// Walks a document and collects what is wrong.  Pure: files and environment come through `source`.
class Reader {
 public:
  Reader(const Document& document, const Source& source, Diagnostics& diagnostics)
      : document_(document), source_(source), diagnostics_(diagnostics) {}

  void error(Span span, std::string code, std::string message, std::string hint = {});
  void warning(Span span, std::string code, std::string message, std::string hint = {});
  void wrong_type(const Node& node, std::string_view wanted);
  void wrong_value(const Node& node, std::string_view wanted, std::string hint = {});
  // The key's feature comes in a later version.
  void not_available(const Node& key, std::string_view what);

  // The text of a scalar, ${NAME} and ${NAME:-default} replaced; nothing after an error.
  [[nodiscard]] std::optional<std::string> text(const Node& node, std::string_view wanted);
  // The same; "file:PATH" is replaced by the file's bytes.
  [[nodiscard]] std::optional<std::string> secret(const Node& node);

  void each_item(const Node& sequence, const std::function<void(const Node&)>& visit);
  void each_entry(const Node& map,
                  const std::function<void(const Node& key, const Node& value)>& visit);
  // The value of a key, or null.
  [[nodiscard]] const Node* find(const Node& map, std::string_view key) const;
  // Reads a map by its table into `object`.
  void read_map(const Node& node, Table table, void* object, std::string_view what);
  [[nodiscard]] const Source& source() const { return source_; }

 private:
  const Document& document_;
  const Source& source_;
  Diagnostics& diagnostics_;
};

// ---- values; a struct says `Table table_of(const T&)` and `std::string_view what_is(const T&)`
// ----

// Shapes of values that no feature reads yet, so that what is written is checked all the same.
struct Choice {};
struct Rate {};
struct Percent {};
struct Regex {};
struct Cidr {};
struct Secret {
  std::string value;
};
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
void read_value(Reader&, const Node&, const Row&, Rate& out);
void read_value(Reader&, const Node&, const Row&, Percent& out);
void read_value(Reader&, const Node&, const Row&, Regex& out);
void read_value(Reader&, const Node&, const Row&, Cidr& out);
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

namespace detail {
template <auto Member>
struct MemberOf;
template <typename Class, typename Type, Type Class::*Member>
struct MemberOf<Member> {
  using ClassType = Class;
};
}  // namespace detail

// A row that reads into a member.
template <auto Member>
constexpr Row field(std::string_view name, std::string_view doc, Rule rule = {}) {
  return {name, doc, rule, [](Reader& reader, const Node& node, const Row& row, void* object) {
            using Class = typename detail::MemberOf<Member>::ClassType;
            read_value(reader, node, row, static_cast<Class*>(object)->*Member);
          }};
}

// A row whose value is checked as a T and then dropped.
template <typename T>
constexpr Row checked(std::string_view name, std::string_view doc, Rule rule = {}) {
  return {name, doc, rule, [](Reader& reader, const Node& node, const Row& row, void*) {
            T dropped{};
            read_value(reader, node, row, dropped);
          }};
}

}  // namespace gatehouse::config
