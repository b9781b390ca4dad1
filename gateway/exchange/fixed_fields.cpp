#include "exchange/fixed_fields.h"

#include <algorithm>

namespace gatehouse::exchange {

FixedFields::FixedFields(std::span<const Pair> fields) {
  constexpr std::size_t kBetween = 4;  // ": " and CRLF
  std::size_t size = 0;
  for (const auto& [name, value] : fields) size += name.size() + value.size() + kBetween;
  text_.reserve(size);
  for (const auto& [name, value] : fields) {
    const std::size_t begin = text_.size();
    text_.append(name).append(": ").append(value).append("\r\n");
    fields_.push_back({{text_.data() + begin, text_.size() - begin}, name.size()});
    sizes_ |= std::uint64_t{1} << (name.size() & 63);
  }
}

bool FixedFields::find(std::string_view name) const {
  return std::any_of(fields_.begin(), fields_.end(),
                     [&](const auto& field) { return field.is(name); });
}

}  // namespace gatehouse::exchange
