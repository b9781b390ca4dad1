// How a Connection writes the answer.
#include "proxy/connection.h"
#include "proxy/worker.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

using http::Framing;
using net::Io;

namespace {
constexpr std::uint64_t kWorthSkipping = 65536;  // of a body nobody wants, to keep its connection
}

void Connection::send_head(const http::OutgoingResponse& given) {
  http::OutgoingResponse response = given;
  if (response.framing == Framing::chunked && exchange_->request.minor_version == 0) {
    response.framing = Framing::until_close;
  }
  until_close_ = response.framing == Framing::until_close && !response.upgrade;
  // A client that was not invited to send its body may leave it out (RFC 9110 10.1.1).
  const bool skippable = discards_ && !expects_continue_ &&
                         active_->input.framing() == Framing::length &&
                         active_->input.left() <= kWorthSkipping;
  const bool body_in_the_way = !active_->input.done() && !response.upgrade && !skippable;
  const bool said_all = half_closed_ && active_->input.done() && !active_->has_ahead();
  if (until_close_ || body_in_the_way || said_all) keep_alive_ = false;
  response.close = !keep_alive_ && !response.upgrade;
  response.keep_alive = keep_alive_ && exchange_->request.minor_version == 0;
  const std::string_view head = http::write_response(response, io_.head_room(), exchange_->arena);
  active_->output.begin(io_, *transport_, head, response.framing, response.content_length);
  // Too large for the batch: its place in memory is for this event only.
  if (!active_->output.flushed(io_)) flush();
}

void Connection::send_interim(const http::OutgoingResponse& response) {
  if (exchange_->request.minor_version == 0) return;
  const std::string_view head = http::write_response(response, io_.head_room(), exchange_->arena);
  active_->output.begin(io_, *transport_, head, Framing::none, 0);
  flush();
}

void Connection::send_end(std::span<const http::Field> trailers) {
  active_->output.end(io_, *transport_, trailers);
}

void Connection::send_batched() {
  const Io status = active_->output.push(io_, *transport_);
  if (status == Io::would_block) {
    update();
    io_.loop.timers().arm(*this, limits().send_stall);
  } else if (status != Io::ok) {
    on_write_failed();
  } else if (state_ == State::flushing) {
    settle();
  }
}

bool Connection::flush() {
  if (broken_ || state_ == State::closed) {
    active_->output.forget(io_);
    return true;
  }
  const Io status = active_->output.flush(io_, *transport_);
  if (status == Io::would_block) {
    update();
    io_.loop.timers().arm(*this, limits().send_stall);
    return false;
  }
  if (status != Io::ok) on_write_failed();
  return true;
}

void Connection::on_write_failed() {
  // The exchange may be in the middle of producing: it is told at the end of the turn.
  broken_ = true;
  active_->output.drop(io_);
  io_.loop.defer(*this);
}

void Connection::on_writable() {
  const Io status = active_->output.resume(io_, *transport_);
  if (status == Io::would_block) {
    io_.loop.timers().arm(*this, limits().send_stall);
    return;
  }
  if (status != Io::ok) return on_write_failed();
  cancel();
  if (half_closed_ && state_ == State::exchange) {
    io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.half_close);
  }
  update();
  if (state_ == State::flushing) return settle();
  if (exchange_ != nullptr) exchange_->on_client_room();
}

}  // namespace gatehouse::proxy
