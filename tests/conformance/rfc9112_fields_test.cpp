// RFC 9112 5 and RFC 9110 5.5, 5.6: field lines; house limits on them.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

constexpr const char* kGood = "GET / @a.test none keep";

TEST(Rfc9112, section_5_1_a_name_is_a_token_right_before_its_colon) {
  check_requests({
      {"5.1", get("X-A: b\r\n"), kGood},
      {"5.1 no space behind the colon", get("X-A:b\r\n"), kGood},
      {"5.1 space before the colon MUST be refused", get("X-A : b\r\n"), "bad_header"},
      {"5.1 tab before the colon", get("X-A\t: b\r\n"), "bad_header"},
      {"5.1 space before the colon of Host", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "bad_header"},
      {"5.1 space before the colon of a length", post("Content-Length : 1\r\n"), "bad_header"},
      {"5 no colon", get("X-A b\r\n"), "bad_header"},
      {"5 no colon", get("X-A\r\n"), "bad_header"},
      {"5 no name", get(": b\r\n"), "bad_header"},
      {"9110 5.6.2 delimiter", get("X(A): b\r\n"), "bad_header"},
      {"9110 5.6.2 quote", get("\"X\": b\r\n"), "bad_header"},
      {"9110 5.6.2 high byte", get("X\xe9: b\r\n"), "bad_header"},
      {"9110 5.6.2 any tchar", get("!#$%&'*+-.^_`|~0aZ: b\r\n"), kGood},
      {"9112 2.1 a request line is no field", get("GET /x HTTP/1.1\r\n"), "bad_header"},
  });
}

TEST(Rfc9112, section_5_2_folded_lines_are_refused) {
  check_requests({
      {"5.2 space", get("X-A: b\r\n c\r\n"), "bad_header"},
      {"5.2 tab", get("X-A: b\r\n\tc\r\n"), "bad_header"},
      {"5.2 only white space", get("X-A: b\r\n \r\n"), "bad_header"},
      {"5.2 a length folded", post("Content-Length:\r\n 1\r\n"), "bad_header"},
      {"5.2 looks like a field", get("X-A: b\r\n X-B: c\r\n"), "bad_header"},
  });
  check_responses({{"5.2", answer("X-A: b\r\n c\r\n"), "target_bad_head"}});
}

TEST(Rfc9110, section_5_5_values_hold_no_controls) {
  check_requests({
      {"5.5 NUL", raw("GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"), "bad_header"},
      {"5.5 control",
       get("X: b\x01"
           "c\r\n"),
       "bad_header"},
      {"5.5 vertical tab",
       get("X: b\x0b"
           "c\r\n"),
       "bad_header"},
      {"5.5 form feed",
       get("X: \x0c"
           "b\r\n"),
       "bad_header"},
      {"5.5 ESC", get("X: \x1b[2J\r\n"), "bad_header"},
      {"5.5 DEL", get("X: b\x7f\r\n"), "bad_header"},
      {"5.5 NUL in a name", raw("GET / HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"), "bad_header"},
      {"5.5 tab", get("X: b\tc\r\n"), kGood},
      {"5.5 obs-text", get("X: caf\xc3\xa9\r\n"), kGood},
      {"5.5 empty", get("X:\r\n"), kGood},
      {"5.5 white space only", get("X: \t \r\n"), kGood},
  });
  check_forwarded_fields({
      {"5.5 white space around a value is no part of it", get("X: \t b c \t\r\nY:\r\n"),
       "Host=a.test X=b c Y="},
  });
}

TEST(House, names_with_underscores_are_not_passed_on) {
  check_forwarded_fields({
      {"desync alias", get("X_Forwarded_For: 1\r\nX-A: b\r\n"), "Host=a.test X-A=b"},
      {"desync framing alias", get("Content_Length: 5\r\nTransfer_Encoding: chunked\r\n"),
       "Host=a.test"},
      {"CVE-2016-5385 httpoxy", get("Proxy: evil:80\r\n"), "Host=a.test"},
  });
}

TEST(House, limits_are_refused_as_soon_as_they_are_passed) {
  const http::h1::HeadLimits limits{
      .request_line = 20, .header = 16, .headers = 40, .header_count = 3};
  check_requests(
      {
          {"request_line fits", "GET /345678 HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /345678 @a none keep"},
          {"request_line", "GET /3456789 HTTP/1.1\r\nHost: a\r\n\r\n", "request_line_too_long"},
          {"request_line, unfinished", "GET /3456789012345678", "request_line_too_long"},
          {"header fits", "GET / HTTP/1.1\r\nHost: a\r\nX: 4567890123456\r\n\r\n",
           "GET / @a none keep"},
          {"header", "GET / HTTP/1.1\r\nHost: a\r\nX: 45678901234567\r\n\r\n", "header_too_long"},
          {"header, unfinished", "GET / HTTP/1.1\r\nX: 45678901234567", "header_too_long"},
          {"headers", "GET / HTTP/1.1\r\nHost: a\r\nX: 456789012345\r\nY: 456789012345\r\n\r\n",
           "headers_too_large"},
          {"count fits", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 1\r\n\r\n", "GET / @a none keep"},
          {"count", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 1\r\nZ: 1\r\n\r\n",
           "too_many_headers"},
          {"count, unfinished", "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nY: 1\r\nZ",
           "too_many_headers"},
          {"headers by their last CRLF, before the count",
           "GET / HTTP/1.1\r\nHost: a\r\nX: 456789012345\r\nY: 4567890123\r\nZ: 1\r\n\r\n",
           "headers_too_large"},
      },
      limits);
  check_responses(
      {
          {"header", "HTTP/1.1 200 OK\r\nX: 45678901234567\r\n", "target_headers_too_large"},
          {"count", "HTTP/1.1 200 OK\r\nX: 1\r\nX: 1\r\nX: 1\r\nX: 1", "target_headers_too_large"},
          {"status line", "HTTP/1.1 200 a long phrase\r\n", "target_bad_head"},
      },
      false, limits);
}

}  // namespace
}  // namespace gatehouse::conformance
