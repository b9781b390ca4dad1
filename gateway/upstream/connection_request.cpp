// How a Connection sends the request of an exchange.
#include "http/outgoing.h"
#include "upstream/connection.h"

namespace gatehouse::upstream {

using net::Io;

namespace {
// A target that expects no content here may read it as its next request (RFC 9110 9.3.1, 9.3.2).
bool has_odd_body(const http::OutgoingRequest& request) {
  const auto method = request.head->method;
  if (method != http::Method::get && method != http::Method::head) return false;
  return request.framing == http::Framing::chunked ||
         (request.framing == http::Framing::length && request.content_length != 0);
}
}  // namespace

void Connection::send_request(const http::OutgoingRequest& request, std::string_view body,
                              bool complete) {
  head_request_ = request.head->method == http::Method::head;
  upgrade_ = request.upgrade;
  odd_body_ = has_odd_body(request);
  sent_before_ = output_.sent();
  received_ = 0;
  const std::string_view head = http::write_request(request, io_.head_room(), *arena_);
  output_.begin(io_, *transport_, head, request.framing, request.content_length);
  if (!body.empty()) output_.body(io_, *transport_, {.bytes = body});
  if (complete) output_.end(io_, *transport_, {});
  static_cast<void>(flush());
}

void Connection::send_end(std::span<const http::Field> trailers) {
  output_.end(io_, *transport_, trailers);
}

bool Connection::flush() {
  if (broken_ || state_ == State::closed) {
    output_.forget(io_);
    return true;
  }
  // What lies in the batch alone leaves with this turn, and says then what became of it.
  if (output_.batched() && output_.flushed(io_)) return true;
  wrote(output_.flush(io_, *transport_));
  return !output_.blocked();
}

void Connection::send_batched() { wrote(output_.push(io_, *transport_)); }

// What a write came to.
void Connection::wrote(Io status) {
  if (status != Io::ok && status != Io::would_block) {
    broken_ = true;
    output_.drop(io_);
  }
  update();
  update_timer();
}

}  // namespace gatehouse::upstream
