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
  step_deadline_ = worker_.io().loop.now() + Micros(steps_->deadline());
  arm_timer();
  // One wait at a time: neither body moves meanwhile.
  if (target_stream_ != nullptr) target_stream_->pull(net::Credit::none());
  if (stage_ != Stage::log && client_ != nullptr) client_->pull(net::Credit::none());
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

Verdict ExchangeFlow::call(Phase phase, plugin::Step& step, net::Segment segment) {
  switch (phase) {
    case Phase::preflight:
      return step.on_preflight(*this);
    case Phase::request:
      return step.on_request(*this);
    case Phase::request_body:
      return step.on_request_body(*this, segment);
    case Phase::response:
      return step.on_response(*this);
    case Phase::response_body:
      return step.on_response_body(*this, segment);
    case Phase::log:
      return step.on_log(*this);
  }
  return Verdict::pass();
}

// Runs the steps of a phase from `step_` on; then, unless one of them decided otherwise, what
// follows the phase.
void ExchangeFlow::run(Phase phase) {
  phase_ = phase;
  const std::size_t count = steps_ == nullptr ? 0 : steps_->size(phase);
  for (; step_ < count; ++step_) {
    const Verdict verdict = call(phase, steps_->step(phase, step_), {});
    if (verdict.kind == Verdict::Kind::suspend) return park();
    if (verdict.kind == Verdict::Kind::answer && phase != Phase::log) {
      return answer(verdict.status, verdict.reason, verdict.content_type, verdict.body);
    }
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
    case Phase::request_body:
    case Phase::response_body:
      return body_done(phase);
  }
}

// Shows a piece of body to the steps that watch it.  False: one of them holds it; the body stops
// meanwhile.
bool ExchangeFlow::run_body(Phase phase, net::Segment segment) {
  phase_ = phase;
  for (; step_ < steps_->size(phase); ++step_) {
    const Verdict verdict = call(phase, steps_->step(phase, step_), segment);
    if (verdict.kind == Verdict::Kind::suspend) {
      if (held_body_.data() != segment.bytes.data()) held_body_ = arena.copy(segment.bytes);
      park();
      return false;
    }
    if (verdict.kind == Verdict::Kind::answer && !head_sent_) {
      answer(verdict.status, verdict.reason, verdict.content_type, verdict.body);
      return false;
    }
  }
  step_ = 0;
  return true;
}

// The piece that was held may go on, and the body behind it.
void ExchangeFlow::body_done(Phase phase) {
  const net::Segment held{.bytes = std::exchange(held_body_, {})};
  if (phase == Phase::request_body) {
    pass_to_target(held);
    if (request_ended_) target_stream_->send_end(request_trailers_);
    if (target_stream_->flush() && !request_ended_) pull_request();
    if (head_waits_) return begin_response();
    if (head_sent_ && !response_ended_) pull_response();
    return;
  }
  client_->send_body(held);
  if (!response_ended_) {
    if (!request_ended_) pull_request();
    if (client_->flush()) pull_response();
    return;
  }
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
  if (verdict.kind == Verdict::Kind::answer && !head_sent_ && phase_ != Phase::log) {
    return answer(verdict.status, verdict.reason, verdict.content_type, verdict.body);
  }
  if (verdict.kind == Verdict::Kind::suspend) return park();
  ++step_;
  const Phase phase = phase_;
  if (phase == Phase::request_body || phase == Phase::response_body) {
    if (run_body(phase, {.bytes = held_body_})) body_done(phase);
    return;
  }
  run(phase);
  // An answer may begin before the request has ended.
  if (phase == Phase::response && target_stream_ != nullptr && !request_ended_) pull_request();
}

}  // namespace gatehouse::proxy
