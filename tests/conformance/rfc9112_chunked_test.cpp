// RFC 9112 7.1: the chunked transfer coding.
#include <gtest/gtest.h>

#include "conformance/table.h"

namespace gatehouse::conformance {
namespace {

TEST(Rfc9112, section_7_1_chunks_are_data_between_exact_sizes) {
  check_chunked({
      {"7.1", "5\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"7.1 two", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello | "},
      {"7.1 none", "0\r\n\r\n", " | "},
      {"7.1 zeros", "000\r\n\r\n", " | "},
      {"7.1 both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
       "01234567890123456789 | "},
      {"7.1 leading zeros", "0005\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"7.1 data may look like framing", "5\r\n\r\n0\r\n\r\n0\r\n\r\n", "\r\n0\r\n | "},
      {"7.1 what follows is not ours", "0\r\n\r\nGET / HTTP/1.1\r\n", " | "},
      {"7.1 unfinished", "5\r\nhel", "incomplete"},
      {"7.1 no last chunk", "5\r\nhello\r\n", "incomplete"},
      {"7.1 no end of the trailers", "0\r\n", "incomplete"},
      {"7.1 prefix", "0x5\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 plus", "+5\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 minus", "-5\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 space in front", " 5\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 space behind", "5 \r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 underscore", "1_0\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 no size", "\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 no digit", "g\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 NUL", raw("5\0\r\nhello\r\n0\r\n\r\n"), "invalid"},
      {"7.1 64 bits wrap", "10000000000000005\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 32 bits do not wrap", "100000005\r\nhello\r\n0\r\n\r\n", "incomplete"},
      {"7.1 largest", "fffffffffffffff\r\nhello", "incomplete"},
      {"7.1 too large", "ffffffffffffffff\r\nhello", "invalid"},
      {"7.1 endless zeros", std::string(300, '0'), "invalid"},
      {"7.1 bare LF behind the size", "5\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 bare CR behind the size", "5\rhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 bare LF behind the data", "5\r\nhello\n0\r\n\r\n", "invalid"},
      {"7.1 nothing behind the data", "5\r\nhello0\r\n\r\n", "invalid"},
      {"7.1 others behind the data", "5\r\nhelloXX0\r\n\r\n", "invalid"},
      {"7.1 longer than said", "5\r\nhelloo\r\n0\r\n\r\n", "invalid"},
      {"7.1 shorter than said", "6\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1 bare LF ends it", "0\n\n", "invalid"},
      {"7.1 bare LF ends it", "0\r\n\n", "invalid"},
  });
}

TEST(Rfc9112, section_7_1_1_extensions_are_checked_bounded_and_dropped) {
  check_chunked({
      {"7.1.1", "5;a\r\nhello\r\n0;b\r\n\r\n", "hello | "},
      {"7.1.1", "5;a=b;c=\"d\"\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"7.1.1 BWS", "5; a = b ;c\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"7.1.1 quoted CR LF is none", "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 quoted semicolon", "5;a=\";\"\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"7.1.1 quoted pair", "5;a=\"\\\"\"\r\nhello\r\n0\r\n\r\n", "hello | "},
      {"house: BWS before the first is read in two ways", "5 ;a\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 no name", "5;\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 no name", "5;;a\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 no name", "5;=a\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 no value", "5;a=\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 two values", "5;a=b=c\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 two names", "5;a b\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 space at the end", "5;a \r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 text behind a quote", "5;a=\"b\"c\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"7.1.1 unclosed quote", "5;a=\"b\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"http-garden bare CR", "5;a\rb\r\nhello\r\n0\r\n\r\n", "invalid"},
      {"http-garden bare LF", "5;a\nhello\r\n0\r\n\r\n", "invalid"},
      {"http-garden NUL", raw("5;a\0\r\nhello\r\n0\r\n\r\n"), "invalid"},
      {"7.1.1 bounded", "5;" + std::string(300, 'a'), "invalid"},
  });
}

TEST(Rfc9112, section_7_1_2_trailers_are_fields_that_change_nothing) {
  check_chunked({
      {"7.1.2", "0\r\nX-Sum: a\r\n\r\n", " | X-Sum=a"},
      {"7.1.2 two", "0\r\nX-Sum: a\r\nGrpc-Status: 0\r\n\r\n", " | X-Sum=a Grpc-Status=0"},
      {"9110 6.5.1 framing", "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", " | "},
      {"9110 6.5.1 routing", "0\r\nHost: b\r\nX-Original-URL: /admin\r\n\r\n", " | "},
      {"9110 6.5.1 trust", "0\r\nX-Forwarded-For: 1\r\nForwarded: a\r\nX-Real-IP: 1\r\n\r\n",
       " | "},
      {"9110 6.5.1 trust", "0\r\nX_Sum: a\r\nX-Forwarded-Prefix: a\r\n\r\n", " | "},
      {"9110 6.5.1 who", "0\r\nAuthorization: a\r\nCookie: a\r\nSet-Cookie: a\r\n\r\n", " | "},
      {"9110 6.5.1 connection", "0\r\nConnection: close\r\nUpgrade: h2c\r\nTE: a\r\n\r\n", " | "},
      {"9110 6.5.1 content", "0\r\nContent-Type: a\r\nContent-Range: a\r\n\r\n", " | "},
      {"9110 6.5.1 the good stay", "0\r\nHost: b\r\nX-Sum: a\r\nRange: c\r\n\r\n", " | X-Sum=a"},
      {"5.1 space before the colon", "0\r\nX : a\r\n\r\n", "invalid"},
      {"5 no colon", "0\r\nX\r\n\r\n", "invalid"},
      {"5.2 folded", "0\r\nX: a\r\n b\r\n\r\n", "invalid"},
      {"2.2 bare LF", "0\r\nX: a\n\r\n", "invalid"},
      {"2.2 bare LF", "0\r\nX: a\r\n\n", "invalid"},
      {"2.2 bare CR", "0\r\nX: a\rb\r\n\r\n", "invalid"},
      {"5.5 NUL", raw("0\r\nX: \0\r\n\r\n"), "invalid"},
      {"house: bounded", "0\r\nX: " + std::string(1100, 'a'), "invalid"},
      {"7.1.2 unfinished", "0\r\nX: a\r\n", "incomplete"},
  });
}

}  // namespace
}  // namespace gatehouse::conformance
