// An exchange after a 101: bytes both ways.
#include "proxy/exchange_flow.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

void ExchangeFlow::begin_tunnel(const http::OutgoingResponse& head) {
  stage_ = Stage::tunnel;
  ++worker_.metrics().tunnels_open;
  // A tunnel may live for days: it keeps its rule, not the whole configuration.
  listener_name_ = arena.copy(listener_name_);
  rule_pin_ = worker_.pin_rule(listener_slot_, rule_);
  worker_.unpin(std::exchange(pin_, nullptr));
  total_deadline_ = Instant{INT64_MAX};
  client_->send_head(head);
  client_->flush();
  client_->open_tunnel();
  arm_tunnel();
  target_stream_->pull(net::Credit::some(true));
  if (stage_ == Stage::tunnel) pull_request();
  if (stage_ == Stage::tunnel && target_stream_ != nullptr) target_stream_->flush();
}

void ExchangeFlow::arm_tunnel() {
  if (limits_->stream.body_idle.count() <= 0) return;
  step_deadline_ = worker_.io().loop.now() + Micros(limits_->stream.body_idle);
  arm_timer();
}

}  // namespace gatehouse::proxy
