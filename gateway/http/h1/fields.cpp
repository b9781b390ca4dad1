#include "http/h1/fields.h"

#include <cstring>

namespace gatehouse::http::h1 {
namespace {

bool always_hop_by_hop(FieldId id) {
  switch (id) {
    case FieldId::connection:
    case FieldId::keep_alive:
    case FieldId::proxy:  // no field of HTTP, but CGI programs take it for HTTP_PROXY
    case FieldId::proxy_connection:
    case FieldId::te:
    case FieldId::trailer:
    case FieldId::transfer_encoding:
    case FieldId::upgrade:
    case FieldId::http2_settings:
      return true;
    default:
      return false;
  }
}

// What a client must not be able to take away by nominating it.
bool can_be_nominated(FieldId id) {
  switch (id) {
    case FieldId::host:
    case FieldId::content_length:
    case FieldId::content_type:
    case FieldId::authorization:
    case FieldId::cookie:
    case FieldId::origin:
    case FieldId::x_forwarded_for:
    case FieldId::x_forwarded_host:
    case FieldId::x_forwarded_port:
    case FieldId::x_forwarded_proto:
    case FieldId::forwarded:
    case FieldId::via:
      return false;
    default:
      return true;
  }
}

bool parse_line(const char* line, const char* end, Field& field) {
  const char* p = line;
  bool underscore = false;
  while (p != end && ascii::is_token_char(*p)) {
    underscore = underscore || *p == '_';
    ++p;
  }
  if (p == line || p == end || *p != ':' || p - line > 0xffff) return false;
  const std::string_view value = ascii::trim({p + 1, static_cast<std::size_t>(end - p - 1)});
  field.start = line;
  field.name_size = static_cast<std::uint16_t>(p - line);
  field.value_at = static_cast<std::uint32_t>(value.data() - line);
  field.value_size = static_cast<std::uint32_t>(value.size());
  field.line_size = static_cast<std::uint32_t>(end - line + 2);
  field.id = field_id(field.name());
  field.flags = underscore ? Field::kUnderscore : std::uint8_t{0};
  if (always_hop_by_hop(field.id)) field.flags |= Field::kHopByHop;
  return true;
}

void nominate(Head& head, std::string_view name) {
  auto* fields = const_cast<Field*>(head.field_begin);  // this head's own, in its arena
  for (std::uint32_t i = 0; i < head.field_count; ++i) {
    if (can_be_nominated(fields[i].id) && ascii::equals_ignoring_case(fields[i].name(), name)) {
      fields[i].flags |= Field::kHopByHop;
    }
  }
}

}  // namespace

bool parse_fields(std::string_view lines, std::uint32_t count, Arena& arena, Head& out) {
  Field* fields = count == 0 ? nullptr : arena.array<Field>(count);
  const char* p = lines.data();
  const char* end = p + lines.size();
  out.present = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto* line_end =
        static_cast<const char*>(std::memchr(p, '\r', static_cast<std::size_t>(end - p)));
    if (line_end == nullptr || !parse_line(p, line_end, fields[i])) return false;
    out.present |= std::uint64_t{1} << static_cast<unsigned>(fields[i].id);
    p = line_end + 2;
  }
  out.field_begin = fields;
  out.field_count = count;
  return true;
}

ConnectionSays read_connection(Head& head) {
  ConnectionSays says;
  for (const Field* field = head.find(FieldId::connection); field != nullptr;
       field = head.next(field)) {
    std::string_view rest = field->value();
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      const std::string_view token = ascii::trim(rest.substr(0, comma));
      rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
      if (ascii::equals_ignoring_case(token, "close")) {
        says.close = true;
      } else if (ascii::equals_ignoring_case(token, "keep-alive")) {
        says.keep_alive = true;
      } else if (ascii::equals_ignoring_case(token, "upgrade")) {
        says.upgrade = true;
      } else if (!token.empty()) {
        nominate(head, token);
      }
    }
  }
  return says;
}

bool parse_length(std::string_view text, std::uint64_t& out) {
  if (text.empty() || text.size() > 19) return false;
  std::uint64_t value = 0;
  for (char c : text) {
    if (!ascii::is_digit(c)) return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 19 digits fit into 64 bits
  }
  if (value > INT64_MAX) return false;
  out = value;
  return true;
}

}  // namespace gatehouse::http::h1
