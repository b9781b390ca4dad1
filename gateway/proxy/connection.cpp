#include "proxy/connection.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "http/h1/writer.h"
#include "proxy/exchange_flow.h"
#include "proxy/worker.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

using exchange::Ending;
using http::Framing;
using net::Io;

namespace {
constexpr std::uint64_t kWorthSplicing = 65536;
constexpr Millis kLingerTime{2000};
constexpr std::uint64_t kWorthSkipping = 65536;  // of a body nobody wants, to keep its connection
constexpr std::uint32_t kLingerBytes =
    256 * 1024;  // of a body nobody wants, read so that the answer is not reset away
}  // namespace

Connection::Connection(Worker& worker, std::uint32_t listener_slot, const net::IpAddress& peer)
    : event::Timer(&Connection::on_timer),
      worker_(worker),
      io_(worker.io()),
      id_(worker.next_connection_id()),
      listener_slot_(listener_slot),
      peer_(peer) {}

Connection::~Connection() = default;

void Connection::start(std::unique_ptr<net::Transport> transport) {
  transport_ = std::move(transport);
  io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.request_header);
}

// ---- reading ----

void Connection::on_readable() {
  switch (state_) {
    case State::idle:
    case State::head:
      return read_head();
    case State::exchange:
      return active_->credit.bytes != 0 && !active_->has_ahead() && !active_->input.done()
                 ? read_body()
                 : read_ahead();
    case State::flushing:
      return read_ahead();
    case State::discarding:
      return skip_rest();
    case State::lingering:
      return drain_input();
    case State::closed:
      return;
  }
}

void Connection::read_head() {
  if (active_ == nullptr) active_ = worker_.make_active();
  if (!active_->in) active_->in = io_.buffers.lend(BufferPool::kSmall);
  if (active_->full()) {
    const auto& head = worker_.listener(listener_slot_).head;
    Buffer larger = io_.buffers.lend(
        std::max<std::size_t>(BufferPool::kLarge, head.request_line + head.headers + 1024));
    std::memcpy(larger.data(), active_->in.data() + active_->begin, active_->end - active_->begin);
    active_->end -= active_->begin;
    active_->begin = 0;
    active_->in = std::move(larger);
  }
  const net::IoResult result =
      transport_->read(active_->in.data() + active_->end, active_->in.capacity() - active_->end);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  active_->end += static_cast<std::uint32_t>(result.bytes);
  parse();
}

void Connection::parse() {
  const auto& listener = worker_.listener(listener_slot_);
  if (exchange_ == nullptr) {
    exchange_ = worker_.make_exchange(*this);
    state_ = State::head;
    io_.loop.timers().arm(*this, listener.timeouts.request_header);
  }
  auto& request = exchange_->request;
  const auto parsed = http::h1::parse_request(active_->ahead(), listener.head, exchange_->arena,
                                              request, active_->scan);
  if (parsed.status == http::h1::Parse::Status::incomplete) return;
  if (parsed.status == http::h1::Parse::Status::invalid) return refuse(parsed.reason);
  active_->begin += static_cast<std::uint32_t>(request.size);
  active_->head_size = request.size;
  begin();
}

void Connection::begin() {
  auto& request = exchange_->request;
  const auto& listener = worker_.listener(listener_slot_);
  active_->scan = {};
  state_ = State::exchange;
  ++requests_;
  const std::uint32_t most = listener.limits.requests_per_connection;
  keep_alive_ = request.keep_alive && !draining_ && (most == 0 || requests_ < most);
  client_closes_ = !request.keep_alive && request.framing == Framing::none;
  expects_continue_ = request.expect_continue;
  active_->credit = net::Credit::none();
  active_->sent_before = active_->output.sent();
  until_close_ = tunnel_ = discards_ = false;
  active_->input.begin(request.framing, request.content_length, exchange_->arena,
                       listener.head.headers);
  cancel();
  exchange_->begin();
}

void Connection::refuse(Reason reason) {
  state_ = State::exchange;
  keep_alive_ = client_closes_ = false;
  active_->head_size = active_->end - active_->begin;
  active_->begin = active_->end = 0;  // nothing behind a malformed head can be trusted
  active_->sent_before = active_->output.sent();
  until_close_ = tunnel_ = discards_ = false;
  active_->credit = net::Credit::none();
  active_->input.begin(Framing::none, 0, exchange_->arena, 0);
  cancel();
  exchange_->refuse(reason);
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

void Connection::take_body(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && exchange_ != nullptr && active_->credit.bytes != 0 &&
         !active_->input.done()) {
    const auto step = active_->input.next(bytes.substr(used));
    used += step.consumed;
    if (step.invalid) return fail(Reason::bad_chunk);
    if (!step.data.empty()) exchange_->on_request_body({.bytes = step.data});
    if (step.done && exchange_ != nullptr) exchange_->on_request_end(active_->input.trailers());
    if (step.consumed == 0) break;
  }
  if (used < bytes.size()) keep(bytes.substr(used));
  if (exchange_ == nullptr) return;
  exchange_->on_request_pause();
  update();
  arm_body_timer();
}

// The same for bytes that were read with the head or before they were wanted.
void Connection::take_ahead() {
  while (active_->has_ahead() && exchange_ != nullptr && active_->credit.bytes != 0 &&
         !active_->input.done()) {
    const auto step = active_->input.next(active_->ahead());
    active_->begin += static_cast<std::uint32_t>(step.consumed);
    if (step.invalid) return fail(Reason::bad_chunk);
    if (!step.data.empty()) exchange_->on_request_body({.bytes = step.data});
    if (step.done && exchange_ != nullptr) exchange_->on_request_end(active_->input.trailers());
    if (step.consumed == 0) break;
  }
  if (!active_->has_ahead()) {
    active_->begin = active_->end = static_cast<std::uint32_t>(active_->head_size);
  }
  if (exchange_ != nullptr) exchange_->on_request_pause();
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

void Connection::end_of_stream(Io status) {
  half_closed_ = true;
  const bool gone = status != Io::eof;
  if (state_ == State::head && !gone) return refuse(Reason::bad_request);
  if (state_ != State::exchange && state_ != State::flushing) return close(false);
  transport_->want(false, active_->output.blocked());
  if (gone) return fail(Reason::client_reset);
  if (tunnel_) return exchange_ != nullptr ? exchange_->on_request_end({}) : close(false);
  if (!active_->input.done()) return fail(Reason::client_closed);
  // A client may close its sending side and still read: it is taken for gone if it stays silent for
  // a while.
  keep_alive_ = false;
  io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.half_close);
}

void Connection::fail(Reason reason) {
  keep_alive_ = false;
  if (exchange_ == nullptr) return close(true);
  exchange_->on_client_failed(reason);
}

// ---- writing ----

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
  if (until_close_ || body_in_the_way) keep_alive_ = false;
  response.close = !keep_alive_ && !response.upgrade;
  response.keep_alive = keep_alive_ && exchange_->request.minor_version == 0;
  const std::string_view head =
      http::write_response(response, io_.scratch.out, sizeof io_.scratch.out);
  GH_CHECK(!head.empty());  // limits.response_headers and what we add fit: checked at build
  active_->output.begin(io_, head, response.framing, response.content_length);
}

void Connection::send_interim(const http::OutgoingResponse& response) {
  if (exchange_->request.minor_version == 0) return;
  const std::string_view head =
      http::write_response(response, io_.scratch.out, sizeof io_.scratch.out);
  active_->output.begin(io_, head, Framing::none, 0);
  flush();
}

void Connection::send_end(std::span<const http::Field> trailers) {
  active_->output.end(io_, *transport_, trailers);
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

void Connection::pull(net::Credit credit) {
  active_->credit = credit;
  if (credit.bytes != 0 && expects_continue_) {
    expects_continue_ = false;
    if (!active_->has_ahead() && !active_->input.done()) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      active_->output.begin(io_, kContinue, Framing::none, 0);
      flush();
    }
  }
  if (credit.bytes != 0 && active_->has_ahead()) take_ahead();
  if (exchange_ == nullptr) return;
  update();
  arm_body_timer();
}

void Connection::open_tunnel() {
  tunnel_ = true;
  keep_alive_ = false;
  expects_continue_ = false;
  active_->input.begin(Framing::until_close, 0, exchange_->arena, 0);
}

// ---- the end of an exchange, and the next one ----

void Connection::finish(Ending ending) {
  exchange_ = nullptr;
  active_->credit = net::Credit::none();
  if (active_->pipe != nullptr) io_.pipes.take_back(std::exchange(active_->pipe, nullptr));
  if (state_ == State::closed) return;
  if (ending == Ending::broken || broken_) {
    if (!broken_) active_->output.flush(io_, *transport_);  // what there is of it
    return close(until_close_);
  }
  if (active_->output.wrong_length()) keep_alive_ = false;
  state_ = State::flushing;
  if (!active_->output.blocked()) settle();
}

// Everything of the answer is out.
void Connection::settle() {
  cancel();
  if (tunnel_) return close(false);
  if (!keep_alive_) return half_closed_ || client_closes_ ? close(false) : linger();
  if (!active_->input.done()) {
    state_ = State::discarding;
    transport_->want(true, false);
    io_.loop.timers().arm(*this, kLingerTime);
    return;
  }
  state_ = State::idle;
  if (active_->has_ahead())
    return io_.loop.defer(*this);  // pipelined: after this turn's other events
  reset_active();
  if (draining_) return close(false);
  update();
  io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.keep_alive);
}

void Connection::next_request() {
  std::memmove(active_->in.data(), active_->in.data() + active_->begin,
               active_->end - active_->begin);
  active_->end -= active_->begin;
  active_->begin = 0;
  update();
  parse();
}

void Connection::run_deferred() {
  if (state_ == State::closed) return worker_.destroy(*this);
  if (broken_) return fail(Reason::client_reset);
  if (state_ == State::idle && active_ != nullptr) next_request();
}

// Ends our side and reads on for a while: closing with unread bytes would reset the answer away
// (RFC 9112 9.6).
void Connection::linger() {
  state_ = State::lingering;
  lingered_ = 0;
  reset_active();
  transport_->shutdown_write();
  transport_->want(true, false);
  io_.loop.timers().arm(*this, kLingerTime);
}

void Connection::drain_input() {
  const net::IoResult result = transport_->read(io_.scratch.in, sizeof io_.scratch.in);
  if (result.status == Io::would_block) return;
  lingered_ += static_cast<std::uint32_t>(result.bytes);
  if (result.status != Io::ok || lingered_ > kLingerBytes) close(false);
}

void Connection::close(bool reset) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  cancel();
  if (transport_) transport_->close(reset);
  if (exchange_ != nullptr) std::exchange(exchange_, nullptr)->abandon();
  reset_active();
  io_.loop.defer(*this);
}

void Connection::reset_active() {
  if (active_ == nullptr) return;
  active_->output.drop(io_);
  if (active_->pipe != nullptr) io_.pipes.take_back(active_->pipe);
  worker_.destroy(*std::exchange(active_, nullptr));
}

void Connection::drain() {
  draining_ = true;
  if (state_ == State::idle && active_ == nullptr) return close(false);
  if (!tunnel_) keep_alive_ = false;
}

void Connection::abort() {
  if (exchange_ != nullptr && state_ == State::exchange)
    return exchange_->on_client_failed(Reason::draining);
  close(true);
}

void Connection::on_exception() noexcept {
  ++worker_.metrics().exceptions;
  if (exchange_ != nullptr && state_ == State::exchange)
    return exchange_->on_client_failed(Reason::gateway_full);
  close(true);
}

void Connection::on_timer(event::Timer& timer) {
  auto& self = static_cast<Connection&>(timer);
  switch (self.state_) {
    case State::idle:
      ++self.worker_.metrics().connections_idle_closed;
      [[fallthrough]];
    case State::discarding:
    case State::lingering:
    case State::flushing:
      return self.close(self.state_ == State::flushing);
    case State::head:
      return self.refuse(Reason::request_header_timeout);
    case State::exchange:
      if (self.active_->output.blocked()) return self.fail(Reason::client_stalled);
      return self.fail(self.half_closed_ ? Reason::client_closed : Reason::request_body_timeout);
    case State::closed:
      return;
  }
}

void Connection::update() {
  if (state_ == State::closed) return;
  if (active_ == nullptr) return transport_->want(!half_closed_, false);
  // A body is read as far as somebody takes it; otherwise a little is read ahead, which also shows
  // a client that leaves.
  const bool body_waits =
      state_ == State::exchange && !active_->input.done() && active_->credit.bytes == 0;
  const bool read = !half_closed_ && !active_->full() && !(body_waits && active_->has_ahead());
  transport_->want(read, active_->output.blocked());
}

const upstream::StreamLimits& Connection::limits() const {
  return exchange_ != nullptr ? exchange_->limits().stream
                              : worker_.listener(listener_slot_).base.stream;
}

void Connection::arm_body_timer() {
  if (active_->output.blocked() || half_closed_) return;
  const bool waiting = !active_->input.done() && active_->credit.bytes != 0 && !tunnel_;
  io_.loop.timers().arm(*this, waiting ? limits().body_idle : Millis{});
}

}  // namespace gatehouse::proxy
