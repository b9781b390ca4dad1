#include "rehearsal/message.h"

#include <stdexcept>

#include "base/ascii.h"
#include "http/h1/chunked.h"
#include "http/h1/request.h"
#include "http/h1/response.h"
#include "http/status.h"

namespace gatehouse::rehearsal {
namespace {

using http::h1::Parse;

constexpr http::h1::HeadLimits kLimits{
    .request_line = 1U << 20, .header = 1U << 20, .headers = 1U << 20, .header_count = 10'000};

void take_fields(const http::Head& head, Message& out) {
  for (const auto& field : head.fields()) out.fields.emplace_back(field.name(), field.value());
}

// The chunked body at the front of `bytes`; how many bytes it takes, or nothing while it is not
// all there.
std::optional<std::size_t> take_chunks(std::string_view bytes, std::string& body) {
  Arena arena(nullptr, 0);
  http::h1::ChunkedDecoder decoder;
  decoder.begin(arena, 16'384);
  for (std::size_t used = 0;;) {
    const auto step = decoder.next(bytes.substr(used));
    if (step.invalid) throw std::runtime_error("a chunked body that is none");
    used += step.consumed;
    body += step.data;
    if (step.done) return used;
    if (step.consumed == 0) return std::nullopt;
  }
}

// The body behind a head of that size; nothing: it is not all there.
std::optional<std::size_t> take_body(std::string_view bytes, const http::Head& head, bool ended,
                                     std::string& body) {
  const std::string_view behind = bytes.substr(head.size);
  switch (head.framing) {
    case http::Framing::none:
      return 0;
    case http::Framing::length:
      if (behind.size() < head.content_length) return std::nullopt;
      body = behind.substr(0, head.content_length);
      return body.size();
    case http::Framing::chunked:
      return take_chunks(behind, body);
    case http::Framing::until_close:
      if (!ended) return std::nullopt;
      body = behind;
      return body.size();
  }
  return 0;
}

[[noreturn]] void refuse(std::string_view what, const Parse& parse) {
  throw std::runtime_error(std::string(what) + ": " + std::string(row(parse.reason).sentence));
}

}  // namespace

const std::string* Message::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (ascii::equals_ignoring_case(key, name)) return &value;
  }
  return nullptr;
}

std::optional<Message> take_request(std::string& bytes) {
  Arena arena(nullptr, 0);
  http::RequestHead head;
  http::h1::HeadScan scan;
  const Parse parse = http::h1::parse_request(bytes, kLimits, arena, head, scan);
  if (parse.status == Parse::Status::incomplete) return std::nullopt;
  if (parse.status != Parse::Status::complete) refuse("a request that is none", parse);
  Message out;
  const auto body = take_body(bytes, head, false, out.body);
  if (!body) return std::nullopt;
  out.method = head.method_text;
  out.target = head.target;
  take_fields(head, out);
  bytes.erase(0, head.size + *body);
  return out;
}

std::optional<Message> take_answer(std::string& bytes, Reading how) {
  while (true) {
    Arena arena(nullptr, 0);
    http::ResponseHead head;
    http::h1::HeadScan scan;
    const Parse parse =
        http::h1::parse_response(bytes, kLimits, {how.head_request}, arena, head, scan);
    if (parse.status == Parse::Status::incomplete) return std::nullopt;
    if (parse.status != Parse::Status::complete) refuse("an answer that is none", parse);
    if (head.status < 200 && head.status != 101) {
      bytes.erase(0, head.size);
      continue;
    }
    Message out;
    const auto body = take_body(bytes, head, how.ended, out.body);
    if (!body) return std::nullopt;
    out.status = head.status;
    take_fields(head, out);
    bytes.erase(0, head.size + *body);
    return out;
  }
}

std::string written(const Message& answer, bool head_request) {
  std::string out = "HTTP/1.1 " + std::to_string(answer.status) + ' ' +
                    std::string(http::phrase(static_cast<std::uint16_t>(answer.status))) + "\r\n";
  for (const auto& [name, value] : answer.fields)
    out.append(name).append(": ").append(value).append("\r\n");
  const bool bodyless = answer.status < 200 || answer.status == 204 || answer.status == 304;
  if (!bodyless) out += "Content-Length: " + std::to_string(answer.body.size()) + "\r\n";
  out += "\r\n";
  if (!bodyless && !head_request) out += answer.body;
  return out;
}

}  // namespace gatehouse::rehearsal
