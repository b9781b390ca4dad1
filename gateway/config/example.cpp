// Examples of values, for the reference.
#include <algorithm>

#include "config/section/section.h"

namespace gatehouse::config {
namespace {

std::string example(const Shape& shape, const Row& row) {
  using Kind = Shape::Kind;
  switch (shape.kind) {
    case Kind::boolean:
      return row.initial != nullptr && row.initial(row) == "true" ? "false" : "true";
    case Kind::integer:
      if (!row.rule.words.empty()) return std::string(row.rule.words[0]);
      return std::to_string(std::clamp<std::uint64_t>(10, row.rule.min, row.rule.max));
    case Kind::text:
      if (row.rule.format != nullptr) return std::string(row.rule.format->example);
      return row.rule.initial.empty() ? "" : std::string(row.rule.initial);
    case Kind::size:
      return format_size(Bytes{std::clamp<std::uint64_t>(16 << 10, row.rule.min, row.rule.max)});
    case Kind::time:
      return format_duration(Millis(
          static_cast<Millis::rep>(std::clamp<std::uint64_t>(10'000, row.rule.min, row.rule.max))));
    case Kind::word:
      return std::string(row.rule.words[0]);
    case Kind::secret:
      return "\"${SECRET}\"";
    case Kind::literal:
      return std::string(shape.word);
    case Kind::list:
    case Kind::one_or_list: {
      const std::string one = example(shape.parts[0], row);
      return one.empty() ? "" : "[" + one + "]";
    }
    case Kind::names:
      return "{}";
    case Kind::any_of:
      return example(shape.parts[0], row);
    default:
      return {};
  }
}

}  // namespace

std::string example(const Row& row) {
  return row.rule.example.empty() ? example(shape_of(row), row) : std::string(row.rule.example);
}

}  // namespace gatehouse::config
