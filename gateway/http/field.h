// Header fields as they lie in the bytes that came in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ascii.h"

namespace gatehouse::http {

// Names that the gateway itself acts on, recognised while parsing.
enum class FieldId : std::uint8_t {
  other,
  accept,
  authorization,
  connection,
  content_length,
  content_type,
  cookie,
  date,
  expect,
  forwarded,
  host,
  http2_settings,
  keep_alive,
  origin,
  proxy,
  proxy_connection,
  referer,
  sec_fetch_mode,
  te,
  traceparent,
  trailer,
  transfer_encoding,
  upgrade,
  user_agent,
  via,
  x_amzn_trace_id,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_port,
  x_forwarded_proto,
  x_gatehouse_explain,
  x_request_id,
};
static_assert(static_cast<int>(FieldId::x_request_id) < 64);  // Head::present has a bit for each

// `name` consists of token characters.  Cost: a table look-up and a compare of words.
[[nodiscard]] FieldId field_id(std::string_view name) noexcept;

// Whether a field with that value stays one field: no CR, LF or NUL (RFC 9110 5.5).
[[nodiscard]] bool is_field_value(std::string_view value) noexcept;

// One field.  Views into the bytes of the head; trivially copyable.
struct Field {
  const char* start = nullptr;
  std::uint32_t value_at = 0;
  std::uint32_t value_size = 0;
  std::uint32_t line_size = 0;  // with its CRLF
  std::uint16_t name_size = 0;
  FieldId id = FieldId::other;
  std::uint8_t flags = 0;

  static constexpr std::uint8_t kHopByHop = 1;    // ends at the next hop (RFC 9110 7.6.1)
  static constexpr std::uint8_t kUnderscore = 2;  // X_Y may pass for X-Y behind us: not passed on
  static constexpr std::uint8_t kDropped = 4;     // an edit took it out

  [[nodiscard]] std::string_view name() const { return {start, name_size}; }
  // Whether that is its name, in any case; most differ in length already.
  [[nodiscard]] bool is(std::string_view other) const {
    return name_size == other.size() && ascii::equals_ignoring_case(name(), other);
  }
  [[nodiscard]] std::string_view value() const { return {start + value_at, value_size}; }
  [[nodiscard]] std::string_view line() const { return {start, line_size}; }
  [[nodiscard]] bool hop_by_hop() const { return (flags & kHopByHop) != 0; }
  [[nodiscard]] bool underscore() const { return (flags & kUnderscore) != 0; }
  [[nodiscard]] bool dropped() const { return (flags & kDropped) != 0; }
  void drop() { flags |= kDropped; }
};
static_assert(sizeof(Field) == 24);

}  // namespace gatehouse::http
