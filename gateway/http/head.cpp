#include "http/head.h"

#include <algorithm>

#include "base/moved.h"

namespace gatehouse::http {

const Field* Head::first(FieldId id) const {
  for (const auto& field : fields()) {
    if (field.id == id) return &field;
  }
  return nullptr;
}

const Field* Head::next(const Field* field) const {
  for (const Field* at = field + 1; at != field_begin + field_count; ++at) {
    if (at->id == field->id) return at;
  }
  return nullptr;
}

const Field* Head::last(FieldId id) const {
  if (!has(id)) return nullptr;
  for (std::uint32_t i = field_count; i-- > 0;) {
    if (field_begin[i].id == id) return &field_begin[i];
  }
  return nullptr;
}

const Field* Head::find(std::string_view name) const {
  for (const auto& field : fields()) {
    if (field.is(name)) return &field;
  }
  return nullptr;
}

void Head::remove(FieldId id) {
  auto* const begin = const_cast<Field*>(field_begin);  // they lie in this head's arena
  auto* const end = std::remove_if(begin, begin + field_count,
                                   [id](const Field& field) { return field.id == id; });
  field_count = static_cast<std::uint32_t>(end - begin);
  present &= ~(std::uint64_t{1} << static_cast<unsigned>(id));
}

void Head::remove_behind(const Field* field) {
  auto* const begin = const_cast<Field*>(field_begin);
  auto* const end = std::remove_if(begin + (field - field_begin) + 1, begin + field_count,
                                   [id = field->id](const Field& other) { return other.id == id; });
  field_count = static_cast<std::uint32_t>(end - begin);
}

void RequestHead::rebase(const char* from, const char* to, std::size_t moved) {
  // What lies in the arena (a path that changed, a Host that was replaced) stays where it is.
  const Moved bytes{from, to, moved};
  for (auto* view :
       {&method_text, &target, &raw_path, &path, &match_path, &query, &host, &host_name}) {
    bytes.follow(*view);
  }
  auto* field = const_cast<Field*>(field_begin);  // they lie in this head's arena
  for (std::uint32_t i = 0; i < field_count; ++i) bytes.follow(field[i].start);
}

Method method_of(std::string_view text) noexcept {
  switch (text.size()) {
    case 3:
      return text == "GET" ? Method::get : text == "PUT" ? Method::put : Method::other;
    case 4:
      return text == "POST" ? Method::post : text == "HEAD" ? Method::head : Method::other;
    case 5:
      return text == "PATCH" ? Method::patch : text == "TRACE" ? Method::trace : Method::other;
    case 6:
      return text == "DELETE" ? Method::delete_ : Method::other;
    case 7:
      return text == "OPTIONS"   ? Method::options
             : text == "CONNECT" ? Method::connect
                                 : Method::other;
    default:
      return Method::other;
  }
}

}  // namespace gatehouse::http
