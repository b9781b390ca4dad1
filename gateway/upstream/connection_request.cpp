// How a Connection sends the request of an exchange.
#include "http/outgoing.h"
#include "upstream/connection.h"

namespace gatehouse::upstream {

using net::Io;

void Connection::send_request(const http::OutgoingRequest& request, std::string_view body,
                              bool complete) {
  head_request_ = request.head->method == http::Method::head;
  upgrade_ = request.upgrade;
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
