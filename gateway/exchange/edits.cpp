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
  for (auto& field : fields()) field.start = arena_->copy(field.line()).data();
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

void Edits::remove(std::string_view name) {
  for (auto& field : fields()) {
    if (field.is(name)) field.drop();
  }
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < extra_count_; ++i) {
    if (extra_[i].is(name)) continue;
    if (kept != i) extra_[kept] = extra_[i];
    ++kept;
  }
  extra_count_ = kept;
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
