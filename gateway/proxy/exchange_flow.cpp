#include "proxy/exchange_flow.h"

#include <algorithm>

#include "http/status.h"
#include "proxy/error_page.h"
#include "proxy/file_pump.h"
#include "proxy/forwarding_headers.h"
#include "proxy/record.h"
#include "proxy/redirect_parts.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

using exchange::Ending;
using http::Framing;
using plugin::Phase;

ExchangeFlow::ExchangeFlow(Worker& worker, exchange::Downstream& downstream,
                           std::uint32_t listener_slot, const net::IpAddress& from,
                           std::uint64_t connection_id, std::uint32_t nth_request)
    : event::Timer(&ExchangeFlow::on_timer),
      worker_(worker),
      client_(&downstream),
      pin_(worker.pin()),
      listener_(&worker.listener(listener_slot)),
      limits_(&listener_->base),
      listener_name_(listener_->name),
      listener_slot_(listener_slot),
      nth_request_(nth_request),
      connection_id_(connection_id) {
  peer = from;
  generation = pin_->snapshot->generation;
  moments.start = worker.io().loop.now().us;
}

ExchangeFlow::~ExchangeFlow() {
  withdraw();
  if (space != nullptr) {
    plugin::free_records(*this);
    space->file.close();
  }
  if (pin_ != nullptr) worker_.unpin(pin_);
  if (rule_pin_ != nullptr) worker_.dispose(std::move(rule_pin_));
}

void ExchangeFlow::rebase_request(const char* from, const char* to, std::size_t size) {
  request.rebase(from, to, size);
  const Moved bytes{from, to, size};
  upstream.rebase(bytes);
  response.rebase(bytes);
  bytes.follow(upstream_path);
}

void ExchangeFlow::begin() {
  moments.head = worker_.io().loop.now().us;
  stage_ = Stage::steps;
  request_ended_ = request.framing == Framing::none ||
                   (request.framing == Framing::length && request.content_length == 0);
  upstream_path = request.path;
  identify(*this, worker_.random(), pin_->snapshot->trusted_proxies);
  route();
}

void ExchangeFlow::refuse(Reason why) {
  moments.head = worker_.io().loop.now().us;
  identify(*this, worker_.random(), pin_->snapshot->trusted_proxies);
  request_ended_ = true;
  // A client that has sent nothing recognisable for too long, or left in the middle of a head,
  // still gets its answer.
  answer(why);
}

void ExchangeFlow::abandon() {
  if (stage_ == Stage::over || stage_ == Stage::log) return;
  end(Reason::client_closed, Ending::broken);
}

void ExchangeFlow::cut() {
  end(Reason::draining, Ending::broken);
  if (stage_ != Stage::log) return;
  unpark();
  record();
}

bool ExchangeFlow::body_allowed() const {
  return request.method != http::Method::head && response_status >= 200 && response_status != 204 &&
         response_status != 304;
}

// ---- answers that the gateway makes ----

void ExchangeFlow::answer(Reason why) {
  if (head_sent_ || row(why).status == 0) return end(why, Ending::broken);
  reason = why;
  redirect_url_ = {};
  local_file_ = false;
  const ErrorPage page = make_error_page(why, row(why).status, request, id, arena);
  answer(row(why).status, why, page.content_type, page.body);
}

void ExchangeFlow::answer(const exchange::Verdict& verdict) {
  redirect_url_ = {};
  local_file_ = verdict.file && !verdict.error_page;
  if (!verdict.error_page)
    return answer(verdict.status, verdict.reason, verdict.content_type, verdict.body,
                  verdict.fields);
  const ErrorPage page = make_error_page(verdict.reason, verdict.status, request, id, arena);
  answer(verdict.status, verdict.reason, page.content_type, page.body, verdict.fields);
}

void ExchangeFlow::answer(std::uint16_t status, Reason why, std::string_view content_type,
                          std::string_view body, std::span<const http::ExtraField> more) {
  if (target_stream_ != nullptr) std::exchange(target_stream_, nullptr)->release();
  withdraw();
  unpark();
  client_->discard_body();
  // In the place of an answer that the step under way was shown: the steps further out see this
  // one, and those further in are done.
  step_ = stage_ == Stage::answering && phase_ == Phase::response ? step_ + 1 : 0;
  stage_ = Stage::answering;
  local_ = true;
  upgrading_ = head_waits_ = response_ended_ = false;
  reason = why;
  local_body_ = body;
  answer_body_ = {};
  response_status = status;
  phrase_ = http::phrase(status);
  response.start({});
  if (!content_type.empty() && (!body.empty() || local_file_))
    response.append("Content-Type", content_type);
  if (!redirect_url_.empty()) response.append("Location", redirect_url_);
  response.append(worker_.date());
  response.append(id_field);
  for (const auto& field : more) response.append(field);
  response_framing_ = Framing::length;
  response_length_ = local_file_ ? space->file.size : body.size();
  response_trailers_ = {};
  run(Phase::response);
}

void ExchangeFlow::redirect(const snapshot::Redirect& action) {
  if (request.host.empty() && action.url.asks_for_host()) return answer(Reason::bad_host);  // 1.0
  redirect_url_ = action.url.render(url_parts(request, *listener_, upstream_path), arena);
  answer(action.status, Reason::redirected, {}, {});
}

// From now on the file is what a target would be.
void ExchangeFlow::open_local_file() {
  target_stream_ = new FilePump(worker_.io(), worker_.address,
                                std::exchange(space->file, exchange::FileBody{}), *this);
  pull_response();
}

void ExchangeFlow::send_local_answer() {
  if (local_file_ && body_allowed()) return open_local_file();
  if (body_allowed()) {
    plugin::Piece body{.bytes = local_body_, .is_last = true};
    if (watches(Phase::response_body)) {
      response_ended_ = response_end_told_ = true;
      if (!run_body(Phase::response_body, body)) return;
    }
    pass_to_client({.bytes = body.bytes});
  }
  client_->send_end({});
  client_->flush();
  complete(reason);
}

// The answer is handed over as a whole.
void ExchangeFlow::complete(Reason why) { end(why, Ending::whole); }

// ---- the one exit ----

void ExchangeFlow::end(Reason why, Ending ending) {
  if (stage_ == Stage::log || stage_ == Stage::over) return;
  stage_ = Stage::log;
  reason = why;
  moments.end = worker_.io().loop.now().us;
  total_deadline_ = Instant{INT64_MAX};
  cancel();
  unpark();
  withdraw();
  if (target_stream_ != nullptr) std::exchange(target_stream_, nullptr)->release();
  received_bytes_ = client_->received();
  sent_bytes_ = client_->sent();
  ending_ = ending;
  if (steps_ == nullptr) return record();
  step_ = 0;
  run(Phase::log);
}

void ExchangeFlow::let_client_go() {
  if (client_ != nullptr) std::exchange(client_, nullptr)->finish(ending_);
}

Ended ExchangeFlow::ended() const {
  Ended ended;
  ended.listener = listener_name_;
  ended.rule = rule_;
  ended.rule_slot = rule_slot_;
  ended.to = to_;
  ended.target = target_text_;
  ended.target_slot = target_slot_;
  ended.received = received_bytes_;
  ended.sent = sent_bytes_;
  ended.status = head_sent_ ? response_status : std::uint16_t{0};
  ended.target_status = target_status_;
  ended.retries = attempts_ == 0 ? 0U : attempts_ - 1U;
  ended.redirect_url = redirect_url_;
  // What was matched is logged, whatever a rewrite has made of it.
  ended.path = !rewritten_ ? upstream_path : rule_->raw_path ? request.raw_path : request.path;
  ended.connection = connection_id_;
  ended.nth_request = nth_request_;
  ended.tunnel = upgrading_ && head_sent_;
  return ended;
}

void ExchangeFlow::record() {
  const Ended what = ended();
  record_exchange(worker_, *this, what);
  if (what.tunnel) --worker_.metrics().tunnels_open;
  stage_ = Stage::over;
  let_client_go();
  worker_.io().loop.defer(*this);
}

void ExchangeFlow::run_deferred() { worker_.destroy(*this); }

// ---- time ----

void ExchangeFlow::arm_timer() {
  const Instant next = std::min(total_deadline_, step_deadline_);
  if (next.us == INT64_MAX) return cancel();
  worker_.io().loop.timers().arm(*this, next);
}

void ExchangeFlow::on_timer(event::Timer& timer) {
  auto& self = static_cast<ExchangeFlow&>(timer);
  const Instant now = self.worker_.io().loop.now();
  if (self.total_deadline_ <= now) return self.answer(Reason::total_timeout);
  if (self.step_deadline_ > now) return self.arm_timer();
  self.step_deadline_ = Instant{INT64_MAX};
  if (self.stage_ == Stage::tunnel) return self.end(Reason::tunnel_idle, Ending::broken);
  if (self.stage_ == Stage::lending) return self.answer(Reason::pool_timeout);
  if (self.parked_) return self.step_is_late();
}

}  // namespace gatehouse::proxy
