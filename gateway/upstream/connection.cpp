#include "upstream/connection.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "http/h1/writer.h"
#include "upstream/target.h"

namespace gatehouse::upstream {

using http::Framing;
using net::Io;

namespace {
constexpr std::uint8_t kMaxInterim = 16;  // 1xx answers before the final one
constexpr std::uint64_t kWorthSplicing =
    65536;  // below it a copy is cheaper than a pipe's extra call
// Read for a head where the answer before was spliced: what comes with the head is copied.
constexpr std::size_t kHeadRead = 16384;
}  // namespace

Connection::Connection(Target& target, net::IoContext& io)
    : event::Timer(&Connection::on_timer), target_(target), io_(io) {}

Connection::~Connection() = default;

int Connection::open(net::Connector& connector, const net::Address& address, Millis timeout) {
  auto transport = connector.connect(io_.loop, address, *this);
  if (!transport) {
    state_ = State::closed;
    return transport.error().code;
  }
  transport_ = std::move(*transport);
  io_.loop.timers().arm(*this, timeout);
  return 0;
}

void Connection::lend(StreamEvents& events, Arena& arena, const StreamLimits& limits) {
  GH_ASSERT(state_ == State::idle);
  events_ = &events;
  arena_ = &arena;
  limits_ = &limits;
  ++served_;
  lent_at_ = io_.loop.now();
  untouched_ = broken_ = upgrade_ = false;
  interim_ = 0;
  scan_.restart();
  state_ = State::head;
  cancel();
}

bool Connection::fit() const { return state_ == State::idle && !transport_->pending(); }

void Connection::keep_idle(Millis longest) {
  state_ = State::idle;
  credit_ = net::Credit::none();
  transport_->want(true, false);
  io_.loop.timers().arm(*this, longest);
}

void Connection::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  events_ = nullptr;
  cancel();
  output_.drop(io_);
  held_.reset();
  if (pipe_ != nullptr) io_.pipes.take_back(std::exchange(pipe_, nullptr));
  if (transport_) transport_->close(false);
  target_.on_closed(*this);
  io_.loop.defer(*this);
}

void Connection::run_deferred() { target_.destroy(this); }

void Connection::pull(net::Credit credit) {
  credit_ = credit;
  if (state_ != State::body) return;
  if (taking_) return;  // whoever takes goes on with the new credit
  if (credit.bytes != 0 && held_begin_ != held_end_) {
    const std::size_t used = take({held_.data() + held_begin_, held_end_ - held_begin_});
    if (events_ == nullptr) return;
    held_begin_ += static_cast<std::uint32_t>(used);
    if (state_ != State::complete) events_->on_response_pause();
  }
  if (events_ == nullptr) return;
  update();
  update_timer();
}

void Connection::release() {
  events_ = nullptr;
  arena_ = nullptr;
  held_.reset();
  held_begin_ = held_end_ = 0;
  output_.forget(io_);
  target_.count_bytes(output_.sent() - sent_before_, received_);
  if (pipe_ != nullptr) io_.pipes.take_back(std::exchange(pipe_, nullptr));
  if (upgrade_ && !broken_) static_cast<void>(output_.push(io_, *transport_));
  const bool whole = state_ == State::complete && keep_alive_ && output_.complete() &&
                     !output_.blocked() && !output_.batched() && !output_.wrong_length() &&
                     !broken_ && !upgrade_ && !odd_body_;
  if (whole) {
    target_.put_back(*this);
  } else {
    close();
  }
}

bool Connection::takes_pipes() const { return transport_->splice_fd() >= 0; }

void Connection::on_exception() noexcept {
  if (events_ != nullptr) return fail(Reason::gateway_full);
  close();
}

void Connection::on_writable() {
  if (state_ == State::connecting) {
    cancel();
    const int error = transport_->connect_error();
    transport_->want(true, false);
    if (error != 0) return target_.on_connect_failed(*this, Reason::target_unreachable);
    state_ = State::idle;
    return target_.on_connected(*this);
  }
  wrote(output_.resume(io_, *transport_));
  if (!output_.blocked() && events_ != nullptr) events_->on_upstream_room();
}

void Connection::on_readable() {
  switch (state_) {
    case State::connecting:
      return on_writable();  // an error of the connect shows as readable, too
    case State::idle:
      return close();  // the end, or bytes that nobody asked for: either way not to be used again
    case State::complete:
      keep_alive_ = false;
      return transport_->want(false, output_.blocked());
    case State::closed:
      return;
    case State::body:
      if (credit_.pipe && splice()) return;
      [[fallthrough]];
    case State::head:
      return read_into_scratch();
  }
}

void Connection::read_into_scratch() {
  const bool brief = large_ && state_ == State::head;
  const net::IoResult result =
      transport_->read(io_.scratch.in, brief ? kHeadRead : sizeof io_.scratch.in);
  if (result.status == Io::would_block) return;
  if (result.status != Io::ok) return on_end_of_stream(result.status);
  received_ += result.bytes;
  const std::string_view bytes{io_.scratch.in, result.bytes};
  if (held_ && state_ == State::head) return read_into_buffer(bytes);
  const std::size_t used = take(bytes);
  if (events_ == nullptr) return;
  if (used < bytes.size()) keep_rest(bytes, used);
  if (state_ != State::complete) events_->on_response_pause();
  if (events_ == nullptr) return;
  update();
  update_timer_after_reading();
}

// A head that came in pieces.
void Connection::read_into_buffer(std::string_view bytes) {
  keep_rest(bytes, 0);
  const std::string_view all{held_.data() + held_begin_, held_end_ - held_begin_};
  const std::size_t used = take(all);
  if (events_ == nullptr) return;
  held_begin_ += static_cast<std::uint32_t>(used);
  if (state_ == State::complete && held_begin_ != held_end_) keep_alive_ = false;
  if (state_ == State::body) events_->on_response_pause();
  if (events_ == nullptr) return;
  update();
  update_timer_after_reading();
}

void Connection::keep_rest(std::string_view bytes, std::size_t used) {
  if (state_ == State::complete) {
    keep_alive_ = false;  // bytes behind the answer: whatever they are, they answer nothing
    return;
  }
  const std::size_t more = bytes.size() - used;
  if (!held_ || held_.capacity() - held_end_ < more) {
    Buffer larger = io_.buffers.lend(held_end_ - held_begin_ + more);
    if (held_) std::memcpy(larger.data(), held_.data() + held_begin_, held_end_ - held_begin_);
    held_end_ -= held_begin_;
    held_begin_ = 0;
    held_ = std::move(larger);
  }
  std::memcpy(held_.data() + held_end_, bytes.data() + used, more);
  held_end_ += static_cast<std::uint32_t>(more);
}

bool Connection::splice() {
  const bool worth = input_.framing() == Framing::until_close || input_.left() >= kWorthSplicing ||
                     pipe_ != nullptr;
  if (!worth || transport_->splice_fd() < 0 || input_.framing() == Framing::chunked) return false;
  if (pipe_ == nullptr) pipe_ = io_.pipes.lend();
  if (pipe_ == nullptr) return false;
  const std::uint64_t most =
      input_.framing() == Framing::length ? input_.left() : pipe_->capacity();
  const net::IoResult result = net::splice_in(transport_->splice_fd(), *pipe_, most);
  if (result.status == Io::would_block) return true;
  if (result.status != Io::ok) {
    on_end_of_stream(result.status);
    return true;
  }
  received_ += result.bytes;
  const bool last = input_.spliced(result.bytes);
  events_->on_response_body({.bytes = {}, .pipe = pipe_, .piped = result.bytes});
  if (events_ == nullptr) return true;
  if (last) {
    finish();
  } else {
    events_->on_response_pause();
  }
  if (events_ == nullptr) return true;
  update();
  update_timer();
  return true;
}

void Connection::on_end_of_stream(Io status) {
  if (state_ == State::body && status == Io::eof && input_.ends_at_close()) {
    keep_alive_ = false;
    finish();
    return;
  }
  const std::int64_t acknowledged = transport_->acknowledged();
  untouched_ = acknowledged >= 0 && static_cast<std::uint64_t>(acknowledged) <= sent_before_;
  if (state_ == State::body) return fail(Reason::target_truncated);
  if (reused() && untouched_) return fail(Reason::target_closed_idle);
  if (held_begin_ != held_end_) return fail(Reason::target_truncated);
  fail(status == Io::eof ? Reason::target_closed : Reason::target_reset);
}

std::size_t Connection::take(std::string_view bytes) {
  std::size_t used = 0;
  taking_ = true;
  while (events_ != nullptr && used < bytes.size()) {
    const bool more = state_ == State::head   ? take_head(bytes.substr(used), used)
                      : state_ == State::body ? take_body(bytes.substr(used), used)
                                              : false;
    if (!more) break;
  }
  taking_ = false;
  return used;
}

bool Connection::take_head(std::string_view bytes, std::size_t& used) {
  http::ResponseHead head;
  const http::h1::ResponseContext context{.head_request = head_request_};
  const auto parsed = http::h1::parse_response(bytes, limits_->head, context, *arena_, head, scan_);
  if (parsed.status == http::h1::Parse::Status::incomplete) return false;
  if (parsed.status == http::h1::Parse::Status::invalid) {
    fail(parsed.reason);
    return false;
  }
  scan_.restart();
  used += head.size;
  if (head.status == 101) {
    if (!upgrade_ || !http::h1::switches_to_websocket(head)) {
      fail(Reason::target_bad_upgrade);
      return false;
    }
    head.framing = Framing::until_close;
    output_.open_ended();
  } else if (head.status < 200) {
    take_interim(head);
    return true;
  } else {
    upgrade_ = false;
  }
  keep_alive_ = head.keep_alive && head.framing != Framing::until_close;
  input_.begin(head.framing, head.content_length, *arena_, limits_->head.headers);
  large_ = head.framing == Framing::length && head.content_length > kWorthSplicing;
  state_ = State::body;
  events_->on_response_head(head);
  if (events_ == nullptr) return false;
  if (input_.done()) {
    if (head.size < bytes.size()) keep_alive_ = false;  // a body where none belongs
    finish();
    return false;
  }
  return true;
}

void Connection::take_interim(const http::ResponseHead& head) {
  if (++interim_ > kMaxInterim) return fail(Reason::target_bad_head);
  events_->on_informational(head);
}

bool Connection::take_body(std::string_view bytes, std::size_t& used) {
  if (credit_.bytes == 0) return false;
  const auto step = input_.next(bytes);
  used += step.consumed;
  if (step.invalid) {
    fail(Reason::target_bad_chunk);
    return false;
  }
  if (!step.data.empty()) events_->on_response_body({.bytes = step.data});
  if (events_ == nullptr) return false;
  if (step.done) {
    if (step.consumed < bytes.size()) keep_alive_ = false;  // bytes behind the answer
    finish();
    return false;
  }
  return step.consumed != 0;
}

void Connection::finish() {
  state_ = State::complete;
  cancel();
  events_->on_response_end(input_.framing() == Framing::chunked ? input_.trailers()
                                                                : std::span<const http::Field>{});
}

void Connection::fail(Reason reason) {
  if (events_ == nullptr) return close();
  keep_alive_ = false;
  state_ = State::complete;
  cancel();
  transport_->want(false, false);
  std::exchange(events_, nullptr)->on_response_failed(reason);
}

void Connection::update() {
  if (state_ == State::closed || state_ == State::complete) return;
  const bool read = state_ != State::body || (credit_.bytes != 0 && held_begin_ == held_end_);
  transport_->want(read, output_.blocked());
}

void Connection::update_timer() {
  if (state_ == State::closed || state_ == State::complete) return;
  Millis time{};
  if (output_.blocked()) {
    time = limits_->send_stall;
  } else if (state_ == State::head && (output_.complete() || broken_)) {
    time = limits_->response;
  } else if (state_ == State::body && credit_.bytes != 0 && !upgrade_) {
    time = limits_->body_idle;
  }
  io_.loop.timers().arm(*this, time);
}

// The time for a head is for the whole of it: a piece, or a 1xx before it, earns no more.
void Connection::update_timer_after_reading() {
  if (state_ != State::head) update_timer();
}

void Connection::on_timer(event::Timer& timer) {
  auto& self = static_cast<Connection&>(timer);
  switch (self.state_) {
    case State::connecting:
      return self.target_.on_connect_failed(self, Reason::target_connect_timeout);
    case State::head:
      return self.fail(self.output_.blocked() ? Reason::target_stalled : Reason::target_timeout);
    case State::body:
      return self.fail(self.output_.blocked() ? Reason::target_stalled
                                              : Reason::target_body_timeout);
    default:
      return self.close();
  }
}

}  // namespace gatehouse::upstream
