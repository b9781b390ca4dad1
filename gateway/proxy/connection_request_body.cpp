// How a Connection reads the body of a request: as far as its exchange takes it.
#include <cstring>

#include "proxy/connection.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

using http::Framing;
using net::Io;

namespace {
constexpr std::uint64_t kWorthSplicing = 65536;
}

// Bytes that nobody asked for yet: a pipelined request, or a body whose exchange is not ready.
void Connection::read_ahead() {
  if (!active_->in) active_->in = io_.buffers.lend(BufferPool::kSmall);
  if (active_->full()) return transport_->want(false, active_->output.blocked());
  const net::IoResult result =
      transport_->read(active_->in.data() + active_->end, active_->in.capacity() - active_->end);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  active_->end += static_cast<std::uint32_t>(result.bytes);
}

void Connection::read_body() {
  if (active_->credit.pipe && splice()) return;
  const net::IoResult result = transport_->read(io_.scratch.in, sizeof io_.scratch.in);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  take_body({io_.scratch.in, result.bytes});
}

// Hands the next piece of the body that `bytes` hold to the exchange, which may end by it; `used`
// grows by what was looked at.  False: nothing more can be handed over.
bool Connection::hand_over(std::string_view bytes, std::size_t& used) {
  if (bytes.empty() || exchange_ == nullptr || active_->credit.bytes == 0 ||
      active_->input.done()) {
    return false;
  }
  const auto step = active_->input.next(bytes);
  used += step.consumed;
  handing_over_ = true;
  if (step.invalid) {
    fail(Reason::bad_chunk);
  } else {
    if (!step.data.empty()) exchange_->on_request_body({.bytes = step.data});
    if (step.done && exchange_ != nullptr) exchange_->on_request_end(active_->input.trailers());
  }
  handing_over_ = false;
  return !step.invalid && step.consumed != 0;
}

void Connection::take_body(std::string_view bytes) {
  std::size_t used = 0;
  while (hand_over(bytes.substr(used), used)) {
  }
  if (state_ == State::closed) return;
  bytes.remove_prefix(used);
  if (discards_ && !skip_body(bytes)) keep_alive_ = false;
  if (!bytes.empty()) keep(bytes);
  if (exchange_ == nullptr) return settle_if_sent();
  exchange_->on_request_pause();
  update();
  arm_body_timer();
}

// The same for bytes that were read with the head or before they were wanted.
void Connection::take_ahead() {
  std::size_t used = 0;
  const std::string_view ahead = active_->ahead();
  while (hand_over(ahead.substr(used), used)) {
  }
  if (state_ == State::closed) return;
  active_->begin += static_cast<std::uint32_t>(used);
  if (discards_) discard_body();
  if (!active_->has_ahead()) {
    active_->begin = active_->end = static_cast<std::uint32_t>(active_->head_size);
  }
  if (exchange_ == nullptr) return settle_if_sent();
  exchange_->on_request_pause();
}

// Reads `bytes` as body and drops it.  False: it is malformed.
bool Connection::skip_body(std::string_view& bytes) {
  while (!bytes.empty() && !active_->input.done()) {
    const auto step = active_->input.next(bytes);
    if (step.invalid) return false;
    bytes.remove_prefix(step.consumed);
    if (step.consumed == 0) break;
  }
  return true;
}

void Connection::discard_body() {
  active_->credit = net::Credit::none();
  discards_ = true;
  if (handing_over_) return;  // of which more may be at hand
  std::string_view ahead = active_->ahead();
  if (!skip_body(ahead)) keep_alive_ = false;
  active_->begin = active_->end - static_cast<std::uint32_t>(ahead.size());
}

void Connection::skip_rest() {
  const net::IoResult result = transport_->read(io_.scratch.in, sizeof io_.scratch.in);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return close(false);
  std::string_view bytes{io_.scratch.in, result.bytes};
  if (!skip_body(bytes)) return close(false);
  if (!active_->input.done()) return;
  active_->begin = active_->end = 0;
  if (!bytes.empty()) keep(bytes);
  settle();
}

bool Connection::splice() {
  const bool worth =
      active_->input.framing() == Framing::until_close ||
      (active_->input.framing() == Framing::length && active_->input.left() >= kWorthSplicing) ||
      active_->pipe != nullptr;
  if (!worth || transport_->splice_fd() < 0) return false;
  if (active_->pipe == nullptr) active_->pipe = io_.pipes.lend();
  if (active_->pipe == nullptr) return false;
  const std::uint64_t most = active_->input.framing() == Framing::length
                                 ? active_->input.left()
                                 : active_->pipe->capacity();
  const net::IoResult result = net::splice_in(transport_->splice_fd(), *active_->pipe, most);
  if (result.status == Io::would_block) return true;
  if (result.status != Io::ok) {
    end_of_stream(result.status);
    return true;
  }
  const bool last = active_->input.spliced(result.bytes);
  exchange_->on_request_body({.bytes = {}, .pipe = active_->pipe, .piped = result.bytes});
  if (last && exchange_ != nullptr) exchange_->on_request_end({});
  if (exchange_ == nullptr) return true;
  exchange_->on_request_pause();
  update();
  arm_body_timer();
  return true;
}

void Connection::keep(std::string_view bytes) {
  if (!active_->in || active_->in.capacity() - active_->end < bytes.size()) {
    Buffer larger = io_.buffers.lend(active_->end + bytes.size());
    if (active_->in) {
      // What lies before `active_->begin` may be the head that the exchange still looks at: it
      // moves along, and its views follow.
      std::memcpy(larger.data(), active_->in.data(), active_->end);
      if (exchange_ != nullptr)
        exchange_->rebase_request(active_->in.data(), larger.data(), active_->end);
    }
    active_->in = std::move(larger);
  }
  std::memcpy(active_->in.data() + active_->end, bytes.data(), bytes.size());
  active_->end += static_cast<std::uint32_t>(bytes.size());
}

void Connection::pull(net::Credit credit) {
  active_->credit = credit;
  if (handing_over_) return;  // which goes on with the new credit
  if (credit.bytes != 0 && expects_continue_) {
    expects_continue_ = false;
    if (!active_->has_ahead() && !active_->input.done()) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      active_->output.begin(io_, *transport_, kContinue, Framing::none, 0);
      flush();
    }
  }
  if (credit.bytes != 0 && active_->has_ahead()) take_ahead();
  if (exchange_ == nullptr) return;
  if (half_closed_ && credit.bytes != 0 && !active_->has_ahead() && !active_->input.done() &&
      !tunnel_) {
    return fail(Reason::client_closed);  // a pipelined request whose body was cut off
  }
  update();
  arm_body_timer();
}

void Connection::open_tunnel() {
  tunnel_ = true;
  keep_alive_ = false;
  expects_continue_ = false;
  active_->input.begin(Framing::until_close, 0, exchange_->arena, 0);
}

void Connection::arm_body_timer() {
  if (active_->output.blocked() || half_closed_) return;
  const bool waiting = !active_->input.done() && active_->credit.bytes != 0 && !tunnel_;
  io_.loop.timers().arm(*this, waiting ? limits().body_idle : Millis{});
}

}  // namespace gatehouse::proxy
