// room: http
// Whatever parse_response accepts is unambiguous, the same in pieces, and the same again when
// written for a client.
#include <cstddef>

#include "http/h1/response.h"
#include "http/outgoing.h"
#include "invariants.h"

namespace gatehouse::fuzz {
namespace {

using Fed = test::Fed<http::ResponseHead>;
using http::Framing;

void check_status_line(const http::ResponseHead& head, std::string_view line) {
  HOLDS(line.size() >= 12 && line.substr(0, 7) == "HTTP/1." && line[8] == ' ');
  HOLDS((line[7] == '0') == (head.minor_version == 0));
  HOLDS(line.substr(9, 3) == std::to_string(head.status));
  HOLDS(head.status >= 100 && head.status <= 599);
  HOLDS(line.size() == 12 || line.substr(12) == " " + std::string(head.reason_phrase));
}

void check_body(const http::ResponseHead& head, const std::vector<Line>& lines, bool head_request) {
  const bool delimited = check_framing(head, lines);
  const bool never = head.status < 200 || head.status == 204;
  if (never) HOLDS(!delimited || head.content_length == 0);
  if (never) HOLDS(values_of(lines, "transfer-encoding").empty());
  if (never || head_request || head.status == 304) {
    HOLDS(head.framing == Framing::none);
  } else {
    HOLDS((head.framing == Framing::until_close) == !delimited && head.framing != Framing::none);
  }
}

void check_rewritten(const Fed& fed, bool head_request) {
  const auto& head = fed.head;
  std::vector<http::Field> fields(head.fields().begin(), head.fields().end());
  for (auto& field : fields) {
    if (field.hop_by_hop() || field.underscore() || field.id == http::FieldId::content_length) {
      field.drop();
    }
  }
  const bool silent = head.framing == Framing::none && head.has_content_length &&
                      head.status >= 200 && head.status != 204;
  std::vector<char> to(head.size + 512);
  const auto text = http::write_response(
      {.status = head.status,
       .phrase = head.reason_phrase,
       .fields = fields,
       .extra = {},
       .framing = head.framing == Framing::until_close ? Framing::chunked : head.framing,
       .content_length = head.content_length,
       .says_length = silent},
      to);
  HOLDS(!text.empty());
  Fed again;
  // The coding that the writer puts in may be one field more than the head had.
  test::feed_response(text, {}, {.header_count = 101}, {head_request}, again);
  HOLDS(again.complete() && again.head.size == text.size());
  HOLDS(again.head.status == head.status && again.head.reason_phrase == head.reason_phrase);
  HOLDS(again.head.content_length == head.content_length || !silent);
  if (head.framing == Framing::until_close) HOLDS(again.head.framing == Framing::chunked);
  if (head.framing != Framing::until_close) HOLDS(again.head.framing == head.framing);
}

}  // namespace
}  // namespace gatehouse::fuzz

// The first byte: bit 0, the answer to HEAD; bit 1, narrow limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  if (size == 0 || size > 4096) return 0;
  const bool head_request = (data[0] & 1) != 0;
  const http::h1::HeadLimits limits =
      (data[0] & 2) != 0
          ? http::h1::HeadLimits{.request_line = 24, .header = 20, .headers = 60, .header_count = 4}
          : http::h1::HeadLimits{};
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  fuzz::Fed whole;
  test::feed_response(input, {}, limits, {head_request}, whole);
  fuzz::Fed pieces;
  const auto cuts = fuzz::cuts_of(input);
  test::feed_response(input, cuts, limits, {head_request}, pieces);
  HOLDS(test::in_words(whole) == test::in_words(pieces));
  if (!pieces.complete()) {
    if (pieces.parse.status == http::h1::Parse::Status::invalid) {
      HOLDS(row(pieces.parse.reason).fault == Fault::target);
    }
    return 0;
  }
  const std::string_view bytes(pieces.bytes.get(), pieces.head.size);
  const auto lines = fuzz::lines_of(bytes);
  fuzz::check_status_line(pieces.head, bytes.substr(0, bytes.find("\r\n")));
  fuzz::check_fields(pieces.head, lines);
  fuzz::check_body(pieces.head, lines, head_request);
  fuzz::check_rewritten(pieces, head_request);
  return 0;
}
