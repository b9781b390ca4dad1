// What the sections of the file are described by: tables of keys.  Reading, checking, the JSON
// Schema, the reference page and the fuzzer's dictionary all come from them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/document.h"
#include "config/format.h"

namespace gatehouse::config {

class Reader;
struct Row;
struct Shape;
using ReadValue = void (*)(Reader&, const Node&, const Row&, void* object);

// What a key may hold beyond its type.
struct Rule {
  bool required = false;
  std::uint64_t min = 0;  // of a number, a size in bytes, a time in milliseconds
  std::uint64_t max = UINT64_MAX;
  std::uint64_t unit = 1;  // of a time: it is a multiple of so many milliseconds
  std::span<const std::string_view>
      words{};  // a choice, of numbers too; an enumerator's number is its place
  std::size_t available = SIZE_MAX;  // so many of the words; the others come in a later version
  std::string_view later{};          // not available yet: what it would do
  std::string_view unless{};         // the word that may stand here all the same, such as off
  const Format* format = nullptr;    // of a text
  std::string_view example{};        // for the reference, where the type alone does not say one
  std::string_view initial{};        // the default of a key that nothing reads yet
  bool not_empty = false;            // of a secret or a text
};

// A key of a section.
struct Row {
  std::string_view name;
  std::string_view doc;
  Rule rule;
  ReadValue read = nullptr;
  Shape (*shape)() = nullptr;
  std::string (*initial)(const Row&) = nullptr;    // the default as it would be written; "": none
  const void* detail = nullptr;                    // `read`'s own
  Shape (*shape_by_detail)(const Row&) = nullptr;  // in place of `shape`
};
using Table = std::span<const Row>;

// What a value looks like.
struct Shape {
  enum class Kind : std::uint8_t {
    boolean,
    integer,
    text,
    size,
    time,
    word,
    regex,
    secret,
    any_map,      // whatever a plugin or a policy makes of it
    literal,      // `word`
    section,      // `table`, called `word`; exactly one of `one_of`, if there are some
    list,         // of parts[0]
    one_or_list,  // parts[0], or a list of it
    names,        // a map to parts[0] of names, which match `word`
    any_of,       // one of the parts
    plugin,       // `use` and `with`; the parts are the sections of plugins that are still to come
  };
  Kind kind = Kind::text;
  std::string_view word{};
  Table table{};
  std::span<const std::string_view> one_of{};
  std::vector<Shape> parts{};
  bool not_empty = false;  // of a list or a map
};

[[nodiscard]] inline Shape shape_of(const Row& row) {
  return row.shape_by_detail != nullptr ? row.shape_by_detail(row) : row.shape();
}

}  // namespace gatehouse::config
