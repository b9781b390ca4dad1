// RFC 9112 2 and 3: the message, its lines, the request line.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

std::string line(std::string_view text) { return std::string(text) + "\r\nHost: a.test\r\n\r\n"; }

TEST(Rfc9112, section_2_2_lines_end_with_crlf_only) {
  check_requests({
      {"2.2 a message", line("GET / HTTP/1.1"), "GET / @a.test none keep"},
      {"2.2 one empty line in front", "\r\n" + line("GET / HTTP/1.1"), "GET / @a.test none keep"},
      {"2.2 bounded: two", "\r\n\r\n" + line("GET / HTTP/1.1"), "bad_request_line"},
      {"2.2 bare LF in front", "\n" + line("GET / HTTP/1.1"), "bad_request_line"},
      {"2.2 bare CR in front", "\rGET / HTTP/1.1\r\n\r\n", "bad_request_line"},
      {"2.2 bare LF: stricter than MAY", "GET / HTTP/1.1\nHost: a\n\n", "bad_request_line"},
      {"2.2 bare LF behind a field", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", "bad_header"},
      {"2.2 bare LF ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\n", "bad_header"},
      {"2.2 bare CR in a value", get("X: b\rc\r\n"), "bad_header"},
      {"2.2 CR CR LF", get("X: b\r\r\n"), "bad_header"},
      {"2.2 bare CR in the request line", "GET /\r HTTP/1.1\r\n\r\n", "bad_request_line"},
      {"2.2 white space before the first field", "GET / HTTP/1.1\r\n X: b\r\nHost: a\r\n\r\n",
       "bad_header"},
      {"2.2 nothing", "", "incomplete"},
      {"2.2 half a head", "GET / HTTP/1.1\r\nHost: a\r\n", "incomplete"},
      {"2.2 half an end", "GET / HTTP/1.1\r\nHost: a\r\n\r", "incomplete"},
  });
}

TEST(Rfc9112, section_2_3_the_version_is_exactly_http_1_x) {
  check_requests({
      {"2.3", line("GET / HTTP/1.0"), "GET / @a.test none close 1.0"},
      {"2.3 a higher minor version", line("GET / HTTP/1.2"), "GET / @a.test none keep"},
      {"2.3 a higher minor version", line("GET / HTTP/1.9"), "GET / @a.test none keep"},
      {"9110 15.6.6", line("GET / HTTP/2.0"), "version_not_supported"},
      {"9110 15.6.6", line("GET / HTTP/0.9"), "version_not_supported"},
      {"9110 15.6.6 the h2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "version_not_supported"},
      {"2.3 case", line("GET / http/1.1"), "bad_version"},
      {"2.3 two digits", line("GET / HTTP/1.10"), "bad_version"},
      {"2.3 leading zero", line("GET / HTTP/01.1"), "bad_version"},
      {"2.3 no minor", line("GET / HTTP/1"), "bad_version"},
      {"2.3 comma", line("GET / HTTP/1,1"), "bad_version"},
      {"2.3 plus", line("GET / HTTP/+1.1"), "bad_version"},
      {"2.3 no digit", line("GET / HTTP/1.x"), "bad_version"},
      {"2.3 another protocol", line("GET / ICAP/1.0"), "bad_version"},
      {"2.3 space behind", line("GET / HTTP/1.1 "), "bad_version"},
      {"2.3 tab behind", line("GET / HTTP/1.1\t"), "bad_version"},
  });
}

TEST(Rfc9112, section_3_single_spaces_part_method_target_and_version) {
  check_requests({
      {"3 no version", line("GET /"), "bad_request_line"},
      {"3 a word", line("GET"), "bad_request_line"},
      {"3 two spaces", line("GET  / HTTP/1.1"), "bad_target"},
      {"3 two spaces", line("GET /  HTTP/1.1"), "bad_target"},
      {"3 space in front", line(" GET / HTTP/1.1"), "bad_method"},
      {"3 tabs", line("GET\t/\tHTTP/1.1"), "bad_request_line"},
      {"3 tab in front", line("\tGET / HTTP/1.1"), "bad_method"},
      {"3 space in the target", line("GET /a b HTTP/1.1"), "bad_target"},
      {"3 tab in the target", line("GET /a\tb HTTP/1.1"), "bad_target"},
      {"3 no method", line(" / HTTP/1.1"), "bad_method"},
      {"3 NUL", raw("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"), "bad_request_line"},
      {"3 refused as soon as the line is there", "HELLO\r\n", "bad_request_line"},
      {"3 TLS on a plain port", raw("\x16\x03\x01\x02\x00\x01"), "bad_request_line"},
  });
}

TEST(Rfc9112, section_3_1_a_method_is_a_token) {
  check_requests({
      {"3.1 case matters", line("get / HTTP/1.1"), "get / @a.test none keep"},
      {"9110 9.1 unknown methods pass", line("M-SEARCH / HTTP/1.1"),
       "M-SEARCH / @a.test none keep"},
      {"9110 5.6.2 any tchar", line("!#$%&'*+.^_`|~ / HTTP/1.1"),
       "!#$%&'*+.^_`|~ / @a.test none keep"},
      {"3.1 not a token", line("G@T / HTTP/1.1"), "bad_method"},
      {"3.1 not a token", line("GET: / HTTP/1.1"), "bad_method"},
      {"3.1 not a token", line("\"GET\" / HTTP/1.1"), "bad_method"},
      {"3.1 high byte", line("G\xc3\x89T / HTTP/1.1"), "bad_method"},
      {"house", line("TRACE / HTTP/1.1"), "method_not_allowed"},
      {"house", line("CONNECT a.test:443 HTTP/1.1"), "method_not_allowed"},
  });
}

}  // namespace
}  // namespace gatehouse::conformance
