#include "exchange/edits.h"

#include <algorithm>
#include <cstring>

#include "base/ascii.h"

namespace gatehouse::exchange {
namespace {

bool valid_value(std::string_view value) {
  return value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

void Edits::start(std::span<const http::Field> fields) {
  field_count_ = static_cast<std::uint32_t>(fields.size());
  extra_count_ = 0;
  if (fields.empty()) return;
  fields_ = arena_->array<http::Field>(fields.size());
  std::memcpy(static_cast<void*>(fields_), fields.data(), fields.size_bytes());
}

const std::string_view* Edits::get(std::string_view name) const {
  for (const auto& field : fields()) {
    if (!field.dropped() && ascii::equals_ignoring_case(field.name(), name)) {
      found_ = field.value();
      return &found_;
    }
  }
  for (const auto& field : extra()) {
    if (ascii::equals_ignoring_case(field.name(), name)) {
      found_ = field.value();
      return &found_;
    }
  }
  return nullptr;
}

bool Edits::set(std::string_view name, std::string_view value) {
  if (!ascii::is_token(name) || !valid_value(value)) return false;
  remove(name);
  append(name, value);
  return true;
}

bool Edits::add(std::string_view name, std::string_view value) {
  if (!ascii::is_token(name) || !valid_value(value)) return false;
  append(name, value);
  return true;
}

void Edits::remove(std::string_view name) {
  for (auto& field : fields()) {
    if (ascii::equals_ignoring_case(field.name(), name)) field.drop();
  }
  std::uint32_t kept = 0;
  for (std::uint32_t i = 0; i < extra_count_; ++i) {
    if (!ascii::equals_ignoring_case(extra_[i].name(), name)) extra_[kept++] = extra_[i];
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

void Edits::rebase(const char* from, const char* to, std::size_t size) {
  const auto inside = [&](const char* p) { return p >= from && p < from + size; };
  for (auto& field : fields()) {
    if (inside(field.start)) field.start = to + (field.start - from);
  }
}

void Edits::drop(http::FieldId id) {
  for (auto& field : fields()) {
    if (field.id == id) field.drop();
  }
}

}  // namespace gatehouse::exchange
