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
constexpr std::uint32_t kLingerBytes = 256 * 1024;  // of a body nobody wants, read so that the answer is not reset away
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
      return credit_.bytes != 0 && begin_ == end_ && !input_.done() ? read_body() : read_ahead();
    case State::flushing:
      return read_ahead();
    case State::lingering:
      return drain_input();
    case State::closed:
      return;
  }
}

void Connection::read_head() {
  if (!in_) in_ = io_.buffers.lend(BufferPool::kSmall);
  if (end_ == in_.capacity()) {
    const auto& head = worker_.listener(listener_slot_).head;
    Buffer larger = io_.buffers.lend(
        std::max<std::size_t>(BufferPool::kLarge, head.request_line + head.headers + 1024));
    std::memcpy(larger.data(), in_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    in_ = std::move(larger);
  }
  const net::IoResult result = transport_->read(in_.data() + end_, in_.capacity() - end_);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  end_ += static_cast<std::uint32_t>(result.bytes);
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
  const auto parsed =
      http::h1::parse_request(ahead(), listener.head, exchange_->arena, request, scan_);
  if (parsed.status == http::h1::Parse::Status::incomplete) return;
  if (parsed.status == http::h1::Parse::Status::invalid) return refuse(parsed.reason);
  begin_ += static_cast<std::uint32_t>(request.size);
  head_size_ = request.size;
  begin();
}

void Connection::begin() {
  auto& request = exchange_->request;
  const auto& listener = worker_.listener(listener_slot_);
  scan_ = {};
  state_ = State::exchange;
  ++requests_;
  const std::uint32_t most = listener.limits.requests_per_connection;
  keep_alive_ = request.keep_alive && !draining_ && (most == 0 || requests_ < most);
  client_closes_ = !request.keep_alive && request.framing == Framing::none;
  expects_continue_ = request.expect_continue;
  credit_ = net::Credit::none();
  sent_before_ = output_.sent();
  until_close_ = tunnel_ = false;
  input_.begin(request.framing, request.content_length, exchange_->arena, listener.head.headers);
  cancel();
  exchange_->begin();
}

void Connection::refuse(Reason reason) {
  state_ = State::exchange;
  keep_alive_ = client_closes_ = false;
  head_size_ = end_ - begin_;
  begin_ = end_ = 0;  // nothing behind a malformed head can be trusted
  sent_before_ = output_.sent();
  until_close_ = tunnel_ = false;
  credit_ = net::Credit::none();
  input_.begin(Framing::none, 0, exchange_->arena, 0);
  cancel();
  exchange_->refuse(reason);
}

// Bytes that nobody asked for yet: a pipelined request, or a body whose exchange is not ready.
void Connection::read_ahead() {
  if (!in_) in_ = io_.buffers.lend(BufferPool::kSmall);
  if (end_ == in_.capacity()) return transport_->want(false, output_.blocked());
  const net::IoResult result = transport_->read(in_.data() + end_, in_.capacity() - end_);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  end_ += static_cast<std::uint32_t>(result.bytes);
}

void Connection::read_body() {
  if (credit_.pipe && splice()) return;
  const net::IoResult result = transport_->read(io_.scratch.in, sizeof io_.scratch.in);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return end_of_stream(result.status);
  take_body({io_.scratch.in, result.bytes});
}

void Connection::take_body(std::string_view bytes) {
  std::size_t used = 0;
  while (used < bytes.size() && exchange_ != nullptr && credit_.bytes != 0 && !input_.done()) {
    const auto step = input_.next(bytes.substr(used));
    used += step.consumed;
    if (step.invalid) return fail(Reason::bad_chunk);
    if (!step.data.empty()) exchange_->on_request_body({.bytes = step.data});
    if (step.done && exchange_ != nullptr) exchange_->on_request_end(input_.trailers());
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
  while (begin_ != end_ && exchange_ != nullptr && credit_.bytes != 0 && !input_.done()) {
    const auto step = input_.next(ahead());
    begin_ += static_cast<std::uint32_t>(step.consumed);
    if (step.invalid) return fail(Reason::bad_chunk);
    if (!step.data.empty()) exchange_->on_request_body({.bytes = step.data});
    if (step.done && exchange_ != nullptr) exchange_->on_request_end(input_.trailers());
    if (step.consumed == 0) break;
  }
}

bool Connection::splice() {
  const bool worth = input_.framing() == Framing::until_close ||
                     (input_.framing() == Framing::length && input_.left() >= kWorthSplicing) ||
                     pipe_ != nullptr;
  if (!worth || transport_->splice_fd() < 0) return false;
  if (pipe_ == nullptr) pipe_ = io_.pipes.lend();
  if (pipe_ == nullptr) return false;
  const std::uint64_t most =
      input_.framing() == Framing::length ? input_.left() : pipe_->capacity();
  const net::IoResult result = net::splice_in(transport_->splice_fd(), *pipe_, most);
  if (result.status == Io::would_block) return true;
  if (result.status != Io::ok) {
    end_of_stream(result.status);
    return true;
  }
  const bool last = input_.spliced(result.bytes);
  exchange_->on_request_body({.bytes = {}, .pipe = pipe_, .piped = result.bytes});
  if (last && exchange_ != nullptr) exchange_->on_request_end({});
  if (exchange_ == nullptr) return true;
  exchange_->on_request_pause();
  update();
  arm_body_timer();
  return true;
}

void Connection::keep(std::string_view bytes) {
  if (!in_ || in_.capacity() - end_ < bytes.size()) {
    Buffer larger = io_.buffers.lend(end_ + bytes.size());
    if (in_) {
      // What lies before `begin_` may be the head that the exchange still looks at: it moves along, and its views follow.
      std::memcpy(larger.data(), in_.data(), end_);
      if (exchange_ != nullptr) exchange_->rebase_request(in_.data(), larger.data(), end_);
    }
    in_ = std::move(larger);
  }
  std::memcpy(in_.data() + end_, bytes.data(), bytes.size());
  end_ += static_cast<std::uint32_t>(bytes.size());
}

void Connection::end_of_stream(Io status) {
  half_closed_ = true;
  const bool gone = status != Io::eof;
  if (state_ == State::head && !gone && begin_ != end_) return refuse(Reason::bad_request);
  if (state_ != State::exchange && state_ != State::flushing) return close(false);
  transport_->want(false, output_.blocked());
  if (gone) return fail(Reason::client_reset);
  if (tunnel_) return exchange_ != nullptr ? exchange_->on_request_end({}) : close(false);
  if (!input_.done()) return fail(Reason::client_closed);
  // A client may close its sending side and still read: it is taken for gone if it stays silent for a while.
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
  if (until_close_ || (!input_.done() && !response.upgrade)) keep_alive_ = false;
  response.close = !keep_alive_ && !response.upgrade;
  response.keep_alive = keep_alive_ && exchange_->request.minor_version == 0;
  const std::string_view head =
      http::write_response(response, io_.scratch.out, sizeof io_.scratch.out);
  GH_CHECK(!head.empty());  // limits.response_headers and what we add fit: checked at build
  output_.begin(io_, head, response.framing, response.content_length);
}

void Connection::send_interim(const http::OutgoingResponse& response) {
  if (exchange_->request.minor_version == 0) return;
  const std::string_view head =
      http::write_response(response, io_.scratch.out, sizeof io_.scratch.out);
  output_.begin(io_, head, Framing::none, 0);
  flush();
}

void Connection::send_end(std::span<const http::Field> trailers) {
  output_.end(io_, *transport_, trailers);
}

bool Connection::flush() {
  if (broken_ || state_ == State::closed) {
    io_.scratch.forget_pieces();
    return true;
  }
  const Io status = output_.flush(io_, *transport_);
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
  output_.drop();
  io_.loop.defer(*this);
}

void Connection::on_writable() {
  const Io status = output_.resume(io_, *transport_);
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
  credit_ = credit;
  if (credit.bytes != 0 && expects_continue_) {
    expects_continue_ = false;
    if (begin_ == end_ && !input_.done()) {
      static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
      output_.begin(io_, kContinue, Framing::none, 0);
      flush();
    }
  }
  if (credit.bytes != 0 && begin_ != end_) take_ahead();
  if (exchange_ == nullptr) return;
  update();
  arm_body_timer();
}

void Connection::open_tunnel() {
  tunnel_ = true;
  keep_alive_ = false;
  expects_continue_ = false;
  input_.begin(Framing::until_close, 0, exchange_->arena, 0);
}

// ---- the end of an exchange, and the next one ----

void Connection::finish(Ending ending) {
  exchange_ = nullptr;
  credit_ = net::Credit::none();
  if (pipe_ != nullptr) io_.pipes.take_back(std::exchange(pipe_, nullptr));
  if (state_ == State::closed) return;
  if (ending == Ending::broken || broken_) return close(until_close_);
  if (output_.wrong_length()) keep_alive_ = false;
  state_ = State::flushing;
  if (!output_.blocked()) settle();
}

// Everything of the answer is out.
void Connection::settle() {
  cancel();
  if (tunnel_) return close(false);
  if (!keep_alive_) return half_closed_ || client_closes_ ? close(false) : linger();
  state_ = State::idle;
  if (begin_ != end_) return io_.loop.defer(*this);  // pipelined: after this turn's other events
  begin_ = end_ = 0;
  in_.reset();
  if (draining_) return close(false);
  update();
  io_.loop.timers().arm(*this, worker_.listener(listener_slot_).timeouts.keep_alive);
}

void Connection::next_request() {
  std::memmove(in_.data(), in_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  update();
  parse();
}

void Connection::run_deferred() {
  if (state_ == State::closed) return worker_.destroy(*this);
  if (broken_) return fail(Reason::client_reset);
  if (state_ == State::idle && begin_ != end_) next_request();
}

// Ends our side and reads on for a while: closing with unread bytes would reset the answer away (RFC 9112 9.6).
void Connection::linger() {
  state_ = State::lingering;
  lingered_ = 0;
  in_.reset();
  begin_ = end_ = 0;
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
  output_.drop();
  in_.reset();
  begin_ = end_ = 0;
  if (pipe_ != nullptr) io_.pipes.take_back(std::exchange(pipe_, nullptr));
  if (transport_) transport_->close(reset);
  if (exchange_ != nullptr) std::exchange(exchange_, nullptr)->abandon();
  io_.loop.defer(*this);
}

void Connection::drain() {
  draining_ = true;
  if (state_ == State::idle && begin_ == end_) return close(false);
  if (!tunnel_) keep_alive_ = false;
}

void Connection::abort() {
  if (exchange_ != nullptr && state_ == State::exchange) return exchange_->on_client_failed(Reason::draining);
  close(true);
}

void Connection::on_exception() noexcept {
  if (exchange_ != nullptr && state_ == State::exchange) return exchange_->on_client_failed(Reason::gateway_full);
  close(true);
}

void Connection::on_timer(event::Timer& timer) {
  auto& self = static_cast<Connection&>(timer);
  switch (self.state_) {
    case State::idle:
    case State::lingering:
    case State::flushing:
      return self.close(self.state_ == State::flushing);
    case State::head:
      return self.refuse(Reason::request_header_timeout);
    case State::exchange:
      if (self.output_.blocked()) return self.fail(Reason::client_stalled);
      return self.fail(self.half_closed_ ? Reason::client_closed : Reason::request_body_timeout);
    case State::closed:
      return;
  }
}

void Connection::update() {
  if (state_ == State::closed || half_closed_) {
    if (state_ != State::closed) transport_->want(false, output_.blocked());
    return;
  }
  // A body is read as far as somebody takes it; otherwise a little is read ahead, which also shows a client that leaves.
  const bool full = in_ && end_ == in_.capacity();
  const bool body_waits = state_ == State::exchange && !input_.done() && credit_.bytes == 0;
  transport_->want(!full && !(body_waits && begin_ != end_), output_.blocked());
}

const upstream::StreamLimits& Connection::limits() const {
  return exchange_ != nullptr ? exchange_->limits().stream
                              : worker_.listener(listener_slot_).base.stream;
}

void Connection::arm_body_timer() {
  if (output_.blocked() || half_closed_) return;
  const bool waiting = !input_.done() && credit_.bytes != 0 && !tunnel_;
  io_.loop.timers().arm(*this, waiting ? limits().body_idle : Millis{});
}

}  // namespace gatehouse::proxy
