// RFC 9112 6: where the body of a message ends.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

TEST(Rfc9110, section_8_6_a_content_length_is_one_plain_number) {
  check_requests({
      {"8.6", post("Content-Length: 5\r\n"), "POST / @a.test length 5 keep"},
      {"8.6 zero", post("Content-Length: 0\r\n"), "POST / @a.test length 0 keep"},
      {"8.6 leading zeros", post("Content-Length: 0005\r\n"), "POST / @a.test length 5 keep"},
      {"8.6 63 bits", post("Content-Length: 9223372036854775807\r\n"),
       "POST / @a.test length 9223372036854775807 keep"},
      {"8.6 more", post("Content-Length: 9223372036854775808\r\n"), "bad_content_length"},
      {"8.6 64 bits wrap", post("Content-Length: 18446744073709551621\r\n"), "bad_content_length"},
      {"8.6 many digits", post("Content-Length: 99999999999999999999999999\r\n"),
       "bad_content_length"},
      {"9112 6.3 twice, the same", post("Content-Length: 5\r\nContent-Length: 5\r\n"),
       "bad_content_length"},
      {"9112 6.3 twice, different", post("Content-Length: 5\r\nContent-length: 6\r\n"),
       "bad_content_length"},
      {"9112 6.3 list", post("Content-Length: 5, 5\r\n"), "bad_content_length"},
      {"8.6 plus", post("Content-Length: +5\r\n"), "bad_content_length"},
      {"8.6 minus", post("Content-Length: -5\r\n"), "bad_content_length"},
      {"8.6 hexadecimal", post("Content-Length: 0x5\r\n"), "bad_content_length"},
      {"8.6 letter", post("Content-Length: 5a\r\n"), "bad_content_length"},
      {"8.6 space", post("Content-Length: 5 5\r\n"), "bad_content_length"},
      {"8.6 fraction", post("Content-Length: 5.0\r\n"), "bad_content_length"},
      {"8.6 empty", post("Content-Length:\r\n"), "bad_content_length"},
      {"8.6 quoted", post("Content-Length: \"5\"\r\n"), "bad_content_length"},
      {"8.6 high byte", post("Content-Length: \xb2\r\n"), "bad_content_length"},
      {"8.6 GET with a body", get("Content-Length: 5\r\n"), "GET / @a.test length 5 keep"},
  });
}

TEST(Rfc9112, section_6_1_transfer_encoding_is_chunked_once_and_alone) {
  check_requests({
      {"6.1", post("Transfer-Encoding: chunked\r\n"), "POST / @a.test chunked keep"},
      {"6.1 case", post("Transfer-Encoding: Chunked\r\n"), "POST / @a.test chunked keep"},
      {"6.1 CL.TE", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
       "bad_transfer_encoding"},
      {"6.1 TE.CL", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
       "bad_transfer_encoding"},
      {"6.1 TE.CL, no length", post("Transfer-Encoding: chunked\r\nContent-Length: x\r\n"),
       "bad_transfer_encoding"},
      {"6.1 twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       "bad_transfer_encoding"},
      {"6.1 twice", post("Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n"),
       "bad_transfer_encoding"},
      {"7.1 chunked twice", post("Transfer-Encoding: chunked, chunked\r\n"),
       "bad_transfer_encoding"},
      {"6.3 not last", post("Transfer-Encoding: chunked, gzip\r\n"), "bad_transfer_encoding"},
      {"7 no coding", post("Transfer-Encoding: xchunked\r\n"), "bad_transfer_encoding"},
      {"7 no coding", post("Transfer-Encoding: chunkedx\r\n"), "bad_transfer_encoding"},
      {"7 quoted", post("Transfer-Encoding: \"chunked\"\r\n"), "bad_transfer_encoding"},
      {"7 comma in front", post("Transfer-Encoding: ,chunked\r\n"), "bad_transfer_encoding"},
      {"7 comma behind", post("Transfer-Encoding: chunked,\r\n"), "bad_transfer_encoding"},
      {"7 parameter", post("Transfer-Encoding: chunked;a=b\r\n"), "bad_transfer_encoding"},
      {"7 vertical tab",
       post("Transfer-Encoding: \x0b"
            "chunked\r\n"),
       "bad_header"},
      {"7 high byte", post("Transfer-Encoding: chunked\xa0\r\n"), "bad_transfer_encoding"},
      {"7 empty", post("Transfer-Encoding:\r\n"), "bad_transfer_encoding"},
      {"6.1 501", post("Transfer-Encoding: gzip\r\n"), "transfer_encoding_unknown"},
      {"6.1 501", post("Transfer-Encoding: gzip, chunked\r\n"), "transfer_encoding_unknown"},
      {"6.1 1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
       "bad_transfer_encoding"},
      {"6.3 neither: no body", post(""), "POST / @a.test none keep"},
  });
}

TEST(Rfc9112, section_6_3_a_response_ends_where_it_says) {
  const char* bad = "target_bad_length";
  check_responses({
      {"6.3", answer("Content-Length: 5\r\n"), "200 OK length 5 keep"},
      {"6.3", answer("Transfer-Encoding: chunked\r\n"), "200 OK chunked keep"},
      {"6.3 neither", answer(""), "200 OK until_close keep"},
      {"6.3 204", "HTTP/1.1 204 No Content\r\n\r\n", "204 No Content none keep"},
      {"6.3 204, a harmless zero", "HTTP/1.1 204 a\r\nContent-Length: 0\r\n\r\n",
       "204 a none keep"},
      {"9110 8.6 204 with a length", "HTTP/1.1 204 a\r\nContent-Length: 5\r\n\r\n", bad},
      {"6.1 204 with a coding", "HTTP/1.1 204 a\r\nTransfer-Encoding: chunked\r\n\r\n", bad},
      {"6.3 304 says the length it would have", "HTTP/1.1 304 a\r\nContent-Length: 5\r\n\r\n",
       "304 a none keep"},
      {"6.3 1xx", "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", "103 Early Hints none keep"},
      {"6.3 1xx with a length", "HTTP/1.1 100 a\r\nContent-Length: 5\r\n\r\n", bad},
      {"6.1 both", answer("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), bad},
      {"6.1 twice", answer("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), bad},
      {"6.1 another coding", answer("Transfer-Encoding: gzip, chunked\r\n"), bad},
      {"6.1 another coding", answer("Transfer-Encoding: identity\r\n"), bad},
      {"6.1 in 1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", bad},
      {"6.3 twice, the same", answer("Content-Length: 5\r\nContent-Length: 5\r\n"), bad},
      {"6.3 list", answer("Content-Length: 5, 5\r\n"), bad},
      {"8.6 no number", answer("Content-Length: abc\r\n"), bad},
      {"8.6 minus", answer("Content-Length: -1\r\n"), bad},
      {"8.6 too large", answer("Content-Length: 9223372036854775808\r\n"), bad},
  });
  check_responses(
      {
          {"6.3 HEAD", answer("Content-Length: 5\r\n"), "200 OK none keep"},
          {"6.3 HEAD", answer("Transfer-Encoding: chunked\r\n"), "200 OK none keep"},
          {"6.3 HEAD, still one length", answer("Content-Length: 5\r\nContent-Length: 6\r\n"), bad},
      },
      true);
}

TEST(Rfc9112, section_4_a_status_line_is_exact) {
  const char* bad = "target_bad_head";
  check_responses({
      {"4 empty phrase", "HTTP/1.1 200 \r\n\r\n", "200  until_close keep"},
      {"4 no space either", "HTTP/1.1 200\r\n\r\n", "200  until_close keep"},
      {"4 tab and obs-text in the phrase", "HTTP/1.1 200 a\tb\xe9\r\n\r\n",
       "200 a\tb\xe9 until_close keep"},
      {"4 unknown status", "HTTP/1.1 599 a\r\n\r\n", "599 a until_close keep"},
      {"4 1.0", "HTTP/1.0 200 OK\r\n\r\n", "200 OK until_close close 1.0"},
      {"15 below 100", "HTTP/1.1 099 a\r\n\r\n", bad},
      {"15 above 599", "HTTP/1.1 600 a\r\n\r\n", bad},
      {"15 four digits", "HTTP/1.1 2000 a\r\n\r\n", bad},
      {"15 two digits", "HTTP/1.1 20 a\r\n\r\n", bad},
      {"15 minus", "HTTP/1.1 -200 a\r\n\r\n", bad},
      {"15 letters", "HTTP/1.1 2x0 a\r\n\r\n", bad},
      {"4 two spaces", "HTTP/1.1  200 a\r\n\r\n", bad},
      {"4 tab", "HTTP/1.1\t200 a\r\n\r\n", bad},
      {"2.3 another protocol", "ICY 200 OK\r\n\r\n", bad},
      {"2.3 HTTP/2", "HTTP/2 200 OK\r\n\r\n", bad},
      {"2.3 case", "http/1.1 200 OK\r\n\r\n", bad},
      {"4 not HTTP: refused at once", "HELLO", bad},
      {"2.2 no empty line in front", "\r\nHTTP/1.1 200 OK\r\n\r\n", bad},
      {"2.2 bare LF", "HTTP/1.1 200 OK\nX: a\n\n", bad},
      {"2.2 bare LF", "HTTP/1.1 200 OK\r\nX: a\n\r\n", bad},
      {"5.5 NUL", raw("HTTP/1.1 200 OK\r\nX: \0\r\n\r\n"), bad},
      {"5.1 space before the colon", answer("X : a\r\n"), bad},
      {"5 no colon", answer("X\r\n"), bad},
      {"4 incomplete", "HTTP/1.1 200 OK\r\nX: a\r\n", "incomplete"},
  });
}

}  // namespace
}  // namespace gatehouse::conformance
