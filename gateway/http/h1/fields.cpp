#include "http/h1/fields.h"

#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gatehouse::http::h1 {
namespace {

constexpr std::uint64_t bit(FieldId id) { return std::uint64_t{1} << static_cast<unsigned>(id); }

// Proxy is no field of HTTP, but CGI programs take it for HTTP_PROXY.
constexpr std::uint64_t kHopByHop =
    bit(FieldId::connection) | bit(FieldId::keep_alive) | bit(FieldId::proxy) |
    bit(FieldId::proxy_connection) | bit(FieldId::te) | bit(FieldId::trailer) |
    bit(FieldId::transfer_encoding) | bit(FieldId::upgrade) | bit(FieldId::http2_settings);

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

#if defined(__SSE2__)
// The size of a name of letters, digits and hyphens that a colon among the first 16 bytes ends;
// 0: it is another, which must be looked at byte by byte.
unsigned plain_name(const char* p) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  const auto within = [](__m128i bytes, char first, char count) {
    const __m128i at = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(at, _mm_set1_epi8(static_cast<char>(count - 1))), at);
  };
  const int colon = _mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(':')));
  if (colon == 0) return 0;
  const auto size = static_cast<unsigned>(__builtin_ctz(static_cast<unsigned>(colon)));
  const __m128i letters = within(_mm_or_si128(block, _mm_set1_epi8(0x20)), 'a', 26);
  const __m128i others =
      _mm_or_si128(within(block, '0', 10), _mm_cmpeq_epi8(block, _mm_set1_epi8('-')));
  const auto good = static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letters, others)));
  const unsigned name = (1U << size) - 1;
  return (good & name) == name ? size : 0;
}
#endif

// Up to the colon; 0: no name.
std::size_t name_size(const char* line, const char* end, bool& underscore) {
#if defined(__SSE2__)
  if (end - line >= 16) {
    if (const unsigned size = plain_name(line); size != 0) return size;
  }
#endif
  const char* p = line;
  while (p != end && ascii::is_token_char(*p)) {
    underscore = underscore || *p == '_';
    ++p;
  }
  return p != end && *p == ':' && p - line <= 0xffff ? static_cast<std::size_t>(p - line) : 0;
}

bool parse_line(const char* line, const char* end, Field& field) {
  bool underscore = false;
  const std::size_t size = name_size(line, end, underscore);
  if (size == 0) return false;
  const char* value = line + size + 1;
  const char* value_end = end;
  if (value != end && *value == ' ') ++value;  // nearly always there, and alone
  while (value != value_end && (*value == ' ' || *value == '\t')) ++value;
  while (value != value_end && (value_end[-1] == ' ' || value_end[-1] == '\t')) --value_end;
  field.start = line;
  field.name_size = static_cast<std::uint16_t>(size);
  field.value_at = static_cast<std::uint32_t>(value - line);
  field.value_size = static_cast<std::uint32_t>(value_end - value);
  field.line_size = static_cast<std::uint32_t>(end - line + 2);
  field.id = field_id(field.name());
  field.flags = underscore ? Field::kUnderscore : std::uint8_t{0};
  if ((kHopByHop & bit(field.id)) != 0) field.flags |= Field::kHopByHop;
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

bool parse_fields(std::string_view head, const HeadScan& scan, Arena& arena, Head& out) {
  Field* fields = scan.count == 0 ? nullptr : arena.array<Field>(scan.count);
  const char* p = head.data() + scan.fields;
  const char* end = head.data() + scan.at;
  std::uint64_t present = 0;
  for (std::uint32_t i = 0; i < scan.count; ++i) {
    const char* line_end =
        i < HeadScan::kRemembered
            ? head.data() + scan.ends[i]
            : static_cast<const char*>(std::memchr(p, '\r', static_cast<std::size_t>(end - p)));
    if (!parse_line(p, line_end, fields[i])) return false;
    present |= bit(fields[i].id);
    p = line_end + 2;
  }
  out.present = present;
  out.field_begin = fields;
  out.field_count = scan.count;
  return true;
}

ConnectionSays read_connection(Head& head) {
  ConnectionSays says;
  if (!head.has(FieldId::connection)) return says;
  for (const Field* field = head.find(FieldId::connection); field != nullptr;
       field = head.next(field)) {
    std::string_view rest = field->value();
    if (rest == "keep-alive") {  // nearly always, and worth a tenth of a head's cost
      says.keep_alive = true;
      continue;
    }
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
