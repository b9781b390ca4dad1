#include "conformance/table.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "lib/h1_feed.h"

namespace gatehouse::conformance {
namespace {

// `say(cuts)` must be the same however the input is cut.
template <typename Say>
void check_row(const Row& row, Say say) {
  SCOPED_TRACE(row.source + ": " + ::testing::PrintToString(row.input));
  EXPECT_EQ(say(test::Cuts{}), row.expected);
  if (row.input.size() > 2048) return;  // cuts of a long input add minutes, not cases
  for (std::size_t cut = 0; cut < row.input.size(); ++cut) {
    ASSERT_EQ(say(test::Cuts{&cut, 1}), row.expected) << "cut at byte " << cut;
  }
  std::vector<std::size_t> all(row.input.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(say(test::Cuts{all}), row.expected) << "byte by byte";
}

}  // namespace

void check_requests(Table rows, const http::h1::HeadLimits& limits) {
  for (const auto& row : rows) {
    check_row(row, [&](test::Cuts cuts) {
      test::Fed<http::RequestHead> fed;
      test::feed_request(row.input, cuts, limits, fed);
      return test::in_words(fed);
    });
  }
}

void check_responses(Table rows, bool head_request, const http::h1::HeadLimits& limits) {
  for (const auto& row : rows) {
    check_row(row, [&](test::Cuts cuts) {
      test::Fed<http::ResponseHead> fed;
      test::feed_response(row.input, cuts, limits, {head_request}, fed);
      return test::in_words(fed);
    });
  }
}

void check_forwarded_fields(Table rows) {
  for (const auto& row : rows) {
    check_row(row, [&](test::Cuts cuts) {
      test::Fed<http::RequestHead> fed;
      test::feed_request(row.input, cuts, {}, fed);
      return fed.complete() ? test::fields_in_words(fed.head.fields()) : test::in_words(fed);
    });
  }
}

void check_chunked(Table rows) {
  for (const auto& row : rows) {
    check_row(row, [&](test::Cuts cuts) -> std::string {
      const test::Unchunked out = test::unchunk(row.input, cuts);
      if (out.invalid) return "invalid";
      return out.done ? out.data + " | " + out.trailers : "incomplete";
    });
  }
}

std::string get(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a.test\r\n" + std::string(lines) + "\r\n";
}
std::string post(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: a.test\r\n" + std::string(lines) + "\r\n";
}
std::string answer(std::string_view lines) {
  return "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n";
}

}  // namespace gatehouse::conformance
