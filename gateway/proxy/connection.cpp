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
constexpr Millis kLingerTime{2000};
constexpr Millis kLingerWhileDraining{400};  // the gateway's end waits for it
constexpr Millis kFirstRequest{200};  // that a client which has just connected gets while draining
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

Connection::~Connection() { reset_active(); }

void Active::send_batched() { connection.send_batched(); }
void Active::on_exception() noexcept { connection.on_exception(); }

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
  if (active_ == nullptr) active_ = worker_.make_active(*this);
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
  const bool begins = exchange_ == nullptr;
  if (begins) {
    exchange_ = worker_.make_exchange(*this, listener_slot_, peer_, id_, requests_ + 1);
    state_ = State::head;
  }
  auto& request = exchange_->request;
  const auto parsed = http::h1::parse_request(active_->ahead(), listener.head, exchange_->arena,
                                              request, active_->scan);
  if (parsed.status == http::h1::Parse::Status::incomplete) {
    if (half_closed_) return refuse(Reason::bad_request);  // its rest will not come
    if (begins) io_.loop.timers().arm(*this, listener.timeouts.request_header);
    return;
  }
  if (parsed.status == http::h1::Parse::Status::invalid) return refuse(parsed.reason);
  active_->begin += static_cast<std::uint32_t>(request.size);
  active_->head_size = request.size;
  begin();
}

void Connection::begin() {
  auto& request = exchange_->request;
  const auto& listener = worker_.listener(listener_slot_);
  active_->scan.restart();
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

void Connection::end_of_stream(Io status) {
  half_closed_ = true;
  const bool gone = status != Io::eof;
  if (state_ == State::head && !gone) return refuse(Reason::bad_request);
  if (state_ != State::exchange && state_ != State::flushing) return close(false);
  transport_->want(false, active_->output.blocked());
  if (gone) return fail(Reason::client_reset);
  if (tunnel_) return exchange_ != nullptr ? exchange_->on_request_end({}) : close(false);
  if (!active_->input.done()) return fail(Reason::client_closed);
  // A client may close its sending side and still read, also the answers to what it has pipelined:
  // it is taken for gone if it stays silent for a while.
  io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.half_close);
}

void Connection::fail(Reason reason) {
  keep_alive_ = false;
  if (exchange_ == nullptr) return close(true);
  exchange_->on_client_failed(reason);
}

// ---- the end of an exchange, and the next one ----

void Connection::finish(Ending ending) {
  exchange_ = nullptr;
  active_->credit = net::Credit::none();
  if (active_->pipe != nullptr) io_.pipes.take_back(std::exchange(active_->pipe, nullptr));
  if (state_ == State::closed) return;
  if (ending == Ending::broken || broken_) {
    if (!broken_ && active_->output.flush(io_, *transport_) == Io::ok) {
      static_cast<void>(active_->output.push(io_, *transport_));  // what there is of it
    }
    return close(until_close_);
  }
  if (active_->output.wrong_length()) keep_alive_ = false;
  state_ = State::flushing;
  if (!handing_over_) settle_if_sent();
}

void Connection::settle_if_sent() {
  if (state_ != State::flushing || active_->output.blocked() || active_->output.batched()) return;
  settle();
}

// Everything of the answer is out.
void Connection::settle() {
  cancel();
  if (tunnel_) return close(false);
  if (half_closed_ && (!active_->has_ahead() || !active_->input.done())) keep_alive_ = false;
  if (!keep_alive_) return half_closed_ || client_closes_ ? close(false) : linger();
  if (!active_->input.done()) discard_body();  // what was read ahead meanwhile
  if (!keep_alive_) return linger();
  if (!active_->input.done()) {
    state_ = State::discarding;
    transport_->want(true, false);
    io_.loop.timers().arm(*this, longest_linger());
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
Millis Connection::longest_linger() const { return draining_ ? kLingerWhileDraining : kLingerTime; }

void Connection::linger() {
  state_ = State::lingering;
  lingered_ = 0;
  reset_active();
  transport_->shutdown_write();
  transport_->want(true, false);
  io_.loop.timers().arm(*this, longest_linger());
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
  if (state_ == State::lingering || state_ == State::discarding)
    io_.loop.timers().arm(*this, longest_linger());
  if (state_ == State::idle && active_ == nullptr) {
    read_head();  // a request that was on its way is served
    if (state_ == State::idle && active_ != nullptr && !active_->has_ahead()) {
      if (requests_ != 0) return close(false);
      reset_active();
      io_.loop.timers().arm(*this, kFirstRequest);
      return;
    }
  }
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

}  // namespace gatehouse::proxy
