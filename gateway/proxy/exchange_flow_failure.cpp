// What fails at the target or the client, and what is tried again.
#include "proxy/exchange_flow.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

using exchange::Ending;

namespace {

bool idempotent(http::Method method) {  // RFC 9110 9.2.2
  switch (method) {
    case http::Method::get:
    case http::Method::head:
    case http::Method::put:
    case http::Method::delete_:
    case http::Method::options:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool ExchangeFlow::may_retry(Reason why) const {
  // A step that holds a piece of the body holds what would have to be sent again.
  if (attempts_ >= 2 || head_sent_ || target_status_ != 0 || request_sent_past_first_ || parked_)
    return false;
  switch (row(why).retry) {
    case Retry::never:
      return false;
    case Retry::unsent:
    case Retry::reused:
      return true;
    case Retry::idempotent:
      return idempotent(request.method) ||
             (target_stream_ != nullptr && target_stream_->untouched());
  }
  return false;
}

bool ExchangeFlow::retry(Reason why) {
  if (!may_retry(why)) return false;
  if (target_stream_ != nullptr) std::exchange(target_stream_, nullptr)->release();
  client_->pull(net::Credit::none());  // until there is somebody to take it
  ++worker_.metrics().upstream_retries;
  ask_for_connection();
  return true;
}

void ExchangeFlow::on_response_failed(Reason why) {
  if (stage_ == Stage::tunnel) return end(Reason::tunnel_closed, Ending::whole);
  if (retry(why)) return;
  if (head_sent_) return end(why, Ending::broken);
  answer(why);
}

void ExchangeFlow::on_client_failed(Reason why) {
  if (stage_ == Stage::over || stage_ == Stage::log) return;
  if (stage_ == Stage::tunnel) return end(Reason::tunnel_closed, Ending::whole);
  if (head_sent_ || row(why).status == 0 || client_ == nullptr) return end(why, Ending::broken);
  answer(why);
}

}  // namespace gatehouse::proxy
