// The chain: phases in order, each of which may park the exchange and go on later.
#include "base/check.h"
#include "proxy/exchange_flow.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

using exchange::Verdict;
using plugin::Phase;

exchange::Ticket ExchangeFlow::ticket() {
  if (!ticket_open_) {
    ticket_ = worker_.waits().open(*this);
    ticket_open_ = true;
  }
  return ticket_;
}

void ExchangeFlow::park() {
  parked_ = true;
  static_cast<void>(ticket());
  const Millis own = steps_->step(phase_, step_).deadline();
  step_deadline_ = worker_.io().loop.now() + Micros(own.count() != 0 ? own : steps_->deadline());
  arm_timer();
  // One wait at a time: neither body moves meanwhile, but for one that the step waits for.
  if (target_stream_ != nullptr)
    target_stream_->pull(answer_reader_ != nullptr ? net::Credit::some(false)
                                                   : net::Credit::none());
  if (stage_ != Stage::log && client_ != nullptr)
    client_->pull(gatherer_ != nullptr ? net::Credit::some(false) : net::Credit::none());
  if (stage_ != Stage::log || client_ == nullptr) return;
  // The client does not wait for logs: what they look at moves to where it lasts.
  const std::string_view bytes = client_->request_bytes();
  const std::string_view copy = arena.copy(bytes);
  rebase_request(bytes.data(), copy.data(), bytes.size());
  let_client_go();
}

// Ends a wait that was not resumed, and tells the step.
void ExchangeFlow::unpark() {
  if (ticket_open_) worker_.waits().close(ticket_);
  ticket_open_ = false;
  if (!parked_) return;
  parked_ = false;
  step_deadline_ = Instant{INT64_MAX};
  steps_->step(phase_, step_).on_cancel(*this);
}

Verdict ExchangeFlow::call(Phase phase, plugin::Step& step) {
  switch (phase) {
    case Phase::preflight:
      return step.on_preflight(*this);
    case Phase::request:
      return step.on_request(*this);
    case Phase::response:
      return step.on_response(*this);
    case Phase::log:
      return step.on_log(*this);
    case Phase::serve:
      return step.on_serve(*this);
    case Phase::request_body:
    case Phase::response_body:
      break;  // on_piece
  }
  return Verdict::pass();
}

// Runs the steps of a phase from `step_` on; then, unless one of them decided otherwise, what
// follows the phase.
void ExchangeFlow::run(Phase phase) {
  phase_ = phase;
  const std::size_t count = steps_ == nullptr ? 0 : steps_->size(phase);
  for (; step_ < count; ++step_) {
    const Verdict verdict = call(phase, steps_->step(phase, step_));
    if (verdict.kind == Verdict::Kind::suspend) return park();
    if (verdict.kind == Verdict::Kind::answer && phase != Phase::log) return answer(verdict);
  }
  step_ = 0;
  phase_done(phase);
}

void ExchangeFlow::phase_done(Phase phase) {
  switch (phase) {
    case Phase::preflight:
      return run(Phase::request);
    case Phase::request:
      return act();
    case Phase::response:
      return send_response_head();
    case Phase::log:
      return record();
    case Phase::serve:
      return answer(Reason::not_served);
    case Phase::request_body:
    case Phase::response_body:
      return body_done(phase);
  }
}

// Shows a piece of body to the steps that watch it, which may change it.  False: one of them holds
// it; the body stops meanwhile.
bool ExchangeFlow::run_body(Phase phase, plugin::Piece& piece) {
  phase_ = phase;
  for (; step_ < steps_->size(phase); ++step_) {
    const Verdict verdict = steps_->step(phase, step_).on_piece(*this, phase, piece);
    if (verdict.kind == Verdict::Kind::suspend) {
      if (held_.bytes.data() != piece.bytes.data()) held_.bytes = arena.copy(piece.bytes);
      held_.is_last = piece.is_last;
      park();
      return false;
    }
    if (verdict.kind == Verdict::Kind::answer && !head_sent_) {
      answer(verdict);
      return false;
    }
  }
  step_ = 0;
  return true;
}

// Tells the steps that nothing follows; what they held back goes on.  False: one of them waits.
bool ExchangeFlow::end_body(Phase phase) {
  bool& told = phase == Phase::request_body ? request_end_told_ : response_end_told_;
  if (!watches(phase) || std::exchange(told, true)) return true;
  plugin::Piece last{.bytes = {}, .is_last = true};
  if (!run_body(phase, last)) return false;
  if (last.bytes.empty()) return true;
  if (phase == Phase::request_body) {
    pass_to_target({.bytes = last.bytes});
  } else {
    pass_to_client({.bytes = last.bytes});
  }
  return true;
}

// The piece that was held may go on, and the body behind it.
void ExchangeFlow::body_done(Phase phase) {
  const net::Segment held{.bytes = std::exchange(held_.bytes, {})};
  if (phase == Phase::request_body) {
    if (!held.bytes.empty()) pass_to_target(held);
    if (request_ended_) {
      if (!end_body(phase)) return;
      target_stream_->send_end(request_trailers_);
    }
    if (target_stream_->flush() && !request_ended_) pull_request();
    if (head_waits_) return begin_response();
    if (head_sent_ && !response_ended_) pull_response();
    return;
  }
  pass_to_client(held);
  if (!response_ended_) {
    if (!request_ended_) pull_request();
    if (client_->flush()) pull_response();
    return;
  }
  if (!end_body(phase)) return;
  client_->send_end(allowed(response_trailers_));
  client_->flush();
  complete(reason);
}

void ExchangeFlow::on_resume(Verdict verdict) {
  if (GH_BUG(!parked_)) return;
  parked_ = false;
  ticket_open_ = false;
  step_deadline_ = Instant{INT64_MAX};
  arm_timer();
  go_on(verdict);
}

// Behind the step that waited.
void ExchangeFlow::go_on(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::answer && !head_sent_ && phase_ != Phase::log)
    return answer(verdict);
  if (verdict.kind == Verdict::Kind::suspend) return park();
  ++step_;
  const Phase phase = phase_;
  if (phase == Phase::request_body || phase == Phase::response_body) {
    plugin::Piece piece = held_;
    if (!run_body(phase, piece)) return;
    held_.bytes = piece.bytes;
    return body_done(phase);
  }
  run(phase);
  // An answer may begin before the request has ended.
  if (phase == Phase::response && target_stream_ != nullptr && !request_ended_) pull_request();
}

void ExchangeFlow::step_is_late() {
  plugin::Step& step = steps_->step(phase_, step_);
  unpark();
  const bool passes = step.on_deadline(*this);
  if (stage_ == Stage::log) return record();
  if (passes) return go_on(Verdict::pass());
  answer(Reason::step_timeout);
}

}  // namespace gatehouse::proxy
