#include "http/outgoing.h"

#include <gtest/gtest.h>

#include <vector>

#include "lib/h1_feed.h"

namespace gatehouse::http {
namespace {

constexpr std::string_view kIn =
    "GET /a?b HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nConnection: close\r\nX-B: 2\r\n\r\n";

struct Written {
  explicit Written(std::string_view input) {
    test::feed_request(input, {}, {}, fed);
    fields.assign(fed.head.fields().begin(), fed.head.fields().end());
    request.head = &fed.head;
    request.path = fed.head.path;
    request.fields = fields;
  }
  test::Fed<RequestHead> fed;
  std::vector<Field> fields;
  OutgoingRequest request;
};

TEST(Outgoing, a_request_keeps_what_was_not_dropped_and_adds_the_rest) {
  Written w(kIn);
  w.fields[2].drop();
  const ExtraField extra[] = {{"Via: 1.1 gatehouse\r\n", 3}, {"X-Empty: \r\n", 7}};
  w.request.extra = extra;
  w.request.framing = Framing::length;
  w.request.content_length = 18446744073709551615u;
  char to[512];
  EXPECT_EQ(
      write_request(w.request, to),
      "GET /a?b HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nX-B: 2\r\nVia: 1.1 gatehouse\r\nX-Empty: \r\n"
      "Content-Length: 18446744073709551615\r\n\r\n");
}

TEST(Outgoing, an_empty_query_keeps_its_question_mark) {
  Written w("GET /a? HTTP/1.0\r\n\r\n");
  char to[64];
  EXPECT_EQ(write_request(w.request, to), "GET /a? HTTP/1.1\r\n\r\n");
}

TEST(Outgoing, an_upgrade_is_said_so) {
  Written w("GET /a HTTP/1.0\r\n\r\n");
  w.request.upgrade = true;
  char to[96];
  EXPECT_EQ(write_request(w.request, to),
            "GET /a HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST(Outgoing, what_does_not_fit_is_not_written_at_all) {
  const Written w(kIn);
  char whole[512];
  const std::string full(write_request(w.request, whole));
  for (std::size_t size = 0; size < full.size(); ++size) {
    const std::unique_ptr<char[]> exact(new char[size]);
    EXPECT_EQ(write_request(w.request, {exact.get(), size}), "") << size;
  }
  const std::unique_ptr<char[]> exact(new char[full.size()]);
  EXPECT_EQ(write_request(w.request, {exact.get(), full.size()}), full);
}

TEST(Outgoing, an_answer_says_how_it_ends) {
  OutgoingResponse response{.status = 200, .phrase = "OK", .fields = {}, .extra = {}};
  char to[128];
  response.framing = Framing::chunked;
  EXPECT_EQ(write_response(response, to), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  response.framing = Framing::none;
  response.says_length = true;
  response.content_length = 5;
  response.close = true;
  EXPECT_EQ(write_response(response, to),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
  response.says_length = response.close = false;
  EXPECT_EQ(write_response(response, to), "HTTP/1.1 200 OK\r\n\r\n");
}

TEST(Outgoing, what_does_not_fit_is_written_into_an_arena) {
  const std::string line = "X-Long: " + std::string(100'000, 'x') + "\r\n";
  const ExtraField field{line, 6};
  char small[16];
  Arena arena(nullptr, 0);
  OutgoingResponse response;
  response.extra = {&field, 1};
  EXPECT_EQ(write_response(response, small, arena), "HTTP/1.1 200 \r\n" + line + "\r\n");
  RequestHead head;
  head.method_text = "GET";
  OutgoingRequest request;
  request.head = &head;
  request.path = "/";
  request.extra = {&field, 1};
  EXPECT_EQ(write_request(request, small, arena), "GET / HTTP/1.1\r\n" + line + "\r\n");
}

}  // namespace
}  // namespace gatehouse::http
