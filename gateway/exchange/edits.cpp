#include "exchange/edits.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"

namespace gatehouse::exchange {

void Edits::start(std::span<const http::Field> fields) {
  field_count_ = static_cast<std::uint32_t>(fields.size());
  extra_count_ = 0;
  if (fields.empty()) return;
  fields_ = arena_->array<http::Field>(fields.size());
  std::memcpy(static_cast<void*>(fields_), fields.data(), fields.size_bytes());
}

void Edits::keep() {
  // Lines that lie side by side, as those of a head do, are copied at once.
  for (std::uint32_t i = 0; i < field_count_;) {
    const char* const begin = fields_[i].start;
    const char* end = begin;
    std::uint32_t behind = i;
    for (; behind < field_count_ && fields_[behind].start == end; ++behind)
      end += fields_[behind].line_size;
    const char* const copy = arena_->copy({begin, static_cast<std::size_t>(end - begin)}).data();
    for (; i < behind; ++i) fields_[i].start = copy + (fields_[i].start - begin);
  }
}

void Edits::rebase(const Moved& bytes) {
  for (auto& field : fields()) bytes.follow(field.start);
}

std::optional<std::string_view> Edits::get(std::string_view name) const {
  for (const auto& field : fields()) {
    if (field.is(name) && !field.dropped()) return field.value();
  }
  for (const auto& field : extra()) {
    if (field.is(name)) return field.value();
  }
  return std::nullopt;
}

bool Edits::set(std::string_view name, std::string_view value) {
  if (!ascii::is_token(name) || !http::is_field_value(value)) return false;
  remove(name);
  append(name, value);
  return true;
}

bool Edits::add(std::string_view name, std::string_view value) {
  if (!ascii::is_token(name) || !http::is_field_value(value)) return false;
  append(name, value);
  return true;
}

template <typename Goes>
void Edits::remove_where(Goes goes) {
  for (auto& field : fields()) {
    if (goes(field)) field.drop();
  }
  std::uint32_t kept = 0;
  while (kept < extra_count_ && !goes(extra_[kept])) ++kept;  // mostly all of them
  for (std::uint32_t i = kept + 1; i < extra_count_; ++i) {
    if (goes(extra_[i])) continue;
    extra_[kept] = extra_[i];
    ++kept;
  }
  extra_count_ = kept;
}

void Edits::remove(std::string_view name) {
  remove_where([&](const auto& field) { return field.is(name); });
}

void Edits::remove(const FixedFields& names) {
  remove_where([&](const auto& field) { return names.have(field.name()); });
}

void Edits::append(std::string_view name, std::string_view value) {
  const std::size_t size = name.size() + value.size() + 4;
  char* line = arena_->array<char>(size);
  char* at = std::copy(name.begin(), name.end(), line);
  at = std::copy_n(": ", 2, at);
  at = std::copy(value.begin(), value.end(), at);
  std::copy_n("\r\n", 2, at);
  append(http::ExtraField{{line, size}, name.size()});
}

void Edits::grow() {
  const std::uint32_t room = extra_room_ == 0 ? 16 : extra_room_ * 2;
  auto* larger = arena_->array<http::ExtraField>(room);
  if (extra_count_ != 0) {
    std::memcpy(static_cast<void*>(larger), extra_, extra_count_ * sizeof *extra_);
  }
  extra_ = larger;
  extra_room_ = room;
}

void Edits::drop(http::FieldId id) {
  for (auto& field : fields()) {
    if (field.id == id) field.drop();
  }
}

}  // namespace gatehouse::exchange
