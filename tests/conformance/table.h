// Tables of messages: what comes in, what is made of it, and where that is written.  Every row is
// run whole, cut in two at every byte, and byte by byte.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "http/h1/scan.h"

namespace gatehouse::conformance {

// `expected` is what tests/lib/h1_feed.h says in words: a refusal is its reason.
struct Row {
  std::string source;
  std::string input;
  std::string expected;
};
using Table = std::initializer_list<Row>;

void check_requests(Table rows, const http::h1::HeadLimits& limits = {});
void check_responses(Table rows, bool head_request = false,
                     const http::h1::HeadLimits& limits = {});
// Expected: the fields that go on to the next hop.
void check_forwarded_fields(Table rows);
// Expected: the data, " | " and the trailers that may be passed on; "invalid" or "incomplete".
void check_chunked(Table rows);

// A request with these field lines (each with its CRLF) behind a good Host.
[[nodiscard]] std::string get(std::string_view lines);
[[nodiscard]] std::string post(std::string_view lines);
// A 200 with these field lines.
[[nodiscard]] std::string answer(std::string_view lines);
// A string that may contain NUL.
template <std::size_t n>
[[nodiscard]] std::string raw(const char (&text)[n]) {
  return std::string(text, n - 1);
}

}  // namespace gatehouse::conformance
