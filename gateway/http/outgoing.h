// A message about to be written: the parsed head that it comes from, and what changes on the way.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "base/ascii.h"
#include "http/field.h"
#include "http/head.h"

namespace gatehouse::http {

// A field that was not in the head that came in, as it will be written: "Name: value\r\n".  A view;
// name and value are valid (no CR, LF, NUL).
struct ExtraField {
  std::string_view whole;
  std::size_t name_size = 0;

  [[nodiscard]] std::string_view line() const { return whole; }
  [[nodiscard]] std::string_view name() const { return whole.substr(0, name_size); }
  [[nodiscard]] bool is(std::string_view other) const {
    return name_size == other.size() && ascii::equals_ignoring_case(name(), other);
  }
  [[nodiscard]] std::string_view value() const {
    return whole.substr(name_size + 2, whole.size() - name_size - 4);
  }
  static constexpr bool dropped() { return false; }
};

// The request that a target gets.  `fields` are those of `head`; the ones marked `dropped` are left
// out.
struct OutgoingRequest {
  const RequestHead* head = nullptr;
  std::string_view path;
  const std::string_view* query = nullptr;  // in place of the head's; empty: none
  std::span<const Field> fields;
  std::span<const ExtraField> extra;
  Framing framing = Framing::none;
  std::uint64_t content_length = 0;
  bool upgrade = false;
};

// The answer that a client gets, whoever made it.  `fields` may be empty; the ones marked `dropped`
// are left out.
struct OutgoingResponse {
  std::uint16_t status = 200;
  std::string_view phrase;
  std::span<const Field> fields;
  std::span<const ExtraField> extra;
  Framing framing = Framing::none;
  std::uint64_t content_length =
      0;  // written with Framing::length, and also without a body if `says_length`
  bool says_length = false;  // an answer to HEAD, or 304: the length of what is not sent
  bool close = false;        // the connection ends behind it
  bool keep_alive = false;   // says so to a client of HTTP/1.0
  bool upgrade = false;      // 101
};

// Writes the head into `to`; the part written, or nothing if it does not fit.  HTTP/1.1 (RFC 9112
// 2).
[[nodiscard]] std::string_view write_request(const OutgoingRequest& request, std::span<char> to);
[[nodiscard]] std::string_view write_response(const OutgoingResponse& response, std::span<char> to);
// The same, into `large` what does not fit.  Errors: std::bad_alloc.
[[nodiscard]] std::string_view write_request(const OutgoingRequest& request, std::span<char> to,
                                             Arena& large);
[[nodiscard]] std::string_view write_response(const OutgoingResponse& response, std::span<char> to,
                                              Arena& large);

}  // namespace gatehouse::http
