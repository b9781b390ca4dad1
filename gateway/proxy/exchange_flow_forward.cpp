// From the rule to the target and back.
#include <algorithm>

#include "base/check.h"
#include "proxy/exchange_flow.h"
#include "proxy/forwarding_headers.h"
#include "proxy/group_choice.h"
#include "proxy/rewrite.h"
#include "proxy/worker.h"

namespace gatehouse::proxy {

using exchange::Ending;
using http::Framing;
using plugin::Phase;

namespace {

constexpr std::size_t kReplayable =
    16384;  // of a request's body, kept so that it can be sent again

}  // namespace

void ExchangeFlow::route() {
  const std::uint32_t found = listener_->table.match(
      {request, peer.significant(), client.significant()}, worker_.match_scratch());
  const snapshot::RuleHead& head =
      found == routing::kNoRule ? listener_->fallback_head : listener_->heads[found];
  rule_ = head.rule;
  if (rule_ == nullptr) return answer(Reason::no_rule);
  rule_slot_ = head.slot;
  forward_ = head.forward;
  __builtin_prefetch(forward_);
  worker_.shard().rules.expect(rule_slot_);
  steps_ = head.chain;
  if (steps_ != nullptr) {  // which see every answer of the rule, also the refusals below
    steps_->prefetch();
    rule = head.name;
    space = arena.make<exchange::StepSpace>();
    space->services = &worker_;
    if (request.has(http::FieldId::x_gatehouse_explain)) time_steps();
  }
  limits_ = head.limits;
  const bool passes =
      request.path_risk == http::PathRisk::none || head.raw_path ||
      (request.path_risk == http::PathRisk::encoded_slash && head.keep_encoded_slash);
  if (!passes) return answer(Reason::bad_path);
  if (head.raw_path) upstream_path = request.raw_path;
  if (limits_->total.count() > 0) total_deadline_ = Instant{moments.start} + Micros(limits_->total);
  if (limits_->body != 0 && request.framing == Framing::length &&
      request.content_length > limits_->body) {
    return answer(Reason::body_too_large);
  }
  if (!start_upstream_head(*this, *listener_, worker_.loop().wall_us() / 1'000'000,
                           worker_.random())) {
    return answer(Reason::loop_detected);
  }
  if (forward_ != nullptr) forward_->prefetch();
  if (steps_ != nullptr) steps_->prefetch_steps();
  if (head.protects != nullptr) drop_protected(*this, *head.protects);
  rewritten_ = head.rewrites;
  if (rewritten_ && !apply_rewrites(*this, *rule_)) return answer(Reason::rewrite_failed);
  if (total_deadline_.us != INT64_MAX) arm_timer();
  if (steps_ == nullptr) return act();
  steps_->expect(*this);
  step_ = 0;
  run(Phase::preflight);
}

void ExchangeFlow::act() {
  if (chosen_ != nullptr) return go_to(*chosen_);
  if (forward_ != nullptr) return forward(*forward_);
  if (const auto* action = rule_->action.as<snapshot::Redirect>()) return redirect(*action);
  if (rule_->action.as<snapshot::Serve>() != nullptr) {
    step_ = 0;
    return run(Phase::serve);
  }
  const auto& fixed = *rule_->action.as<snapshot::Respond>();
  answer(fixed.status, Reason::responded, fixed.content_type, fixed.body);
}

void ExchangeFlow::forward(const snapshot::Forward& action) {
  if (action.total_weight == 0) return answer(Reason::no_target);
  const GroupChoice choice =
      choose_group(action, *pin_->snapshot->group_seal, worker_.random(),
                   worker_.loop().wall_us() / 1'000'000, listener_->scheme == "https", *this);
  sticky_cookies_ = choice.cookies;
  go_to(*choice.to);
}

bool ExchangeFlow::forward_to(std::string_view group) {
  if (stage_ != Stage::steps || rule_->choices == nullptr) return false;
  const auto& choices = *rule_->choices;
  const auto at = std::find_if(choices.begin(), choices.end(),
                               [&](const auto& choice) { return choice.group == group; });
  if (at == choices.end()) return false;
  chosen_ = &*at;
  return true;
}

void ExchangeFlow::go_to(const snapshot::ForwardTo& to) {
  to_ = &to;
  limits_ = &to_->limits;
  if (limits_->body != 0 && request.framing == Framing::length &&
      request.content_length > limits_->body) {
    return answer(Reason::body_too_large);
  }
  if (request.method == http::Method::options && !count_forward(*this))
    return answer(204, Reason::last_recipient, {}, {});
  group_ = worker_.group(to_->lease->slot());
  if (group_ == nullptr) return answer(Reason::no_target);
  upgrading_ = request.upgrade_websocket;
  moments.lend = worker_.io().loop.now().us;
  target_ = nullptr;
  ask_for_connection();
}

void ExchangeFlow::ask_for_connection() {
  stage_ = Stage::lending;
  ++attempts_;
  const upstream::Lent lent = group_->lend(*this, target_, limits_->connect);
  if (lent.connection != nullptr) return on_lent(*lent.connection);
  if (lent.reason != Reason::none) return on_not_lent(lent.reason, lent.target);
  if (lent.queued) {
    step_deadline_ = worker_.io().loop.now() + Micros(limits_->queue_wait);
    arm_timer();
  }
}

// A reload may take the target away before the exchange is logged.
void ExchangeFlow::remember(const upstream::Target& target) {
  target_ = &target;
  target_text_ = arena.copy(target.text());
  target_slot_ = target.slot();
}

void ExchangeFlow::on_not_lent(Reason why, upstream::Target* tried) {
  if (tried != nullptr) {
    remember(*tried);
    if (retry(why)) return;
  }
  answer(why);
}

void ExchangeFlow::on_lent(upstream::Connection& connection) {
  if (step_deadline_.us != INT64_MAX) {
    step_deadline_ = Instant{INT64_MAX};
    arm_timer();
  }
  moments.lent = worker_.io().loop.now().us;
  remember(connection.target());
  connection.lend(*this, arena, limits_->stream);
  target_stream_ = &connection;
  stage_ = Stage::forwarding;
  if (!collected_ && (!request_ended_ || gathered_)) {
    // What of the body is there already goes out with the head; it is kept, in case it must be sent
    // again.
    collecting_ = true;
    if (gathered_) feed_gathered();
    if (!request_ended_ && !parked_ && stage_ == Stage::forwarding)
      client_->pull(net::Credit::some(false));
    collecting_ = false;
    collected_ = true;
    if (stage_ != Stage::forwarding || target_stream_ == nullptr) return;
  }
  send_request();
}

void ExchangeFlow::send_request() {
  http::OutgoingRequest out;
  out.head = &request;
  out.path = upstream_path;
  out.query = upstream_query;
  out.fields = upstream.fields();
  out.extra = upstream.extra();
  out.framing = request.framing;
  out.content_length = request.content_length;
  out.upgrade = upgrading_;
  if (body_replaced_) {
    out.framing = Framing::length;
    out.content_length = first_body_.size();
  }
  if (space != nullptr && space->rewrites_request && out.framing != Framing::none)
    out.framing = Framing::chunked;
  const bool ended = request_ended_ && !parked_;
  const bool complete = ended && request_trailers_.empty();
  target_stream_->send_request(out, first_body_, complete);
  if (target_stream_ == nullptr) return;
  if (ended && !complete) {
    target_stream_->send_end(request_trailers_);
    target_stream_->flush();
  }
  if (!request_ended_ && !parked_) pull_request();
}

void ExchangeFlow::pull_request() {
  if (parked_ || client_ == nullptr) return;
  const bool pipe = target_stream_->takes_pipes() && client_->takes_pipes() &&
                    !watches(Phase::request_body) &&
                    (request.framing == Framing::length || stage_ == Stage::tunnel);
  client_->pull(net::Credit::some(pipe));
}

// ---- the request's body ----

void ExchangeFlow::on_request_body(net::Segment segment) {
  request_body_ += segment.size();
  if (limits_->body != 0 && request_body_ > limits_->body && stage_ != Stage::tunnel) {
    return on_client_failed(Reason::body_too_large);
  }
  if (gatherer_ != nullptr) return gather(segment.bytes);
  if (watches(Phase::request_body) && stage_ != Stage::tunnel) {
    plugin::Piece piece{.bytes = segment.bytes};
    if (!run_body(Phase::request_body, piece) || piece.bytes.empty()) return;
    segment = {.bytes = piece.bytes};
  }
  pass_to_target(segment);
}

void ExchangeFlow::pass_to_target(net::Segment segment) {
  if (collecting_) {
    const std::size_t size = first_body_.size() + segment.bytes.size();
    char* joined = arena.array<char>(size);
    std::copy(first_body_.begin(), first_body_.end(), joined);
    std::copy(segment.bytes.begin(), segment.bytes.end(), joined + first_body_.size());
    first_body_ = {joined, size};
    if (size >= kReplayable) client_->pull(net::Credit::none());
    return;
  }
  request_sent_past_first_ = true;
  if (target_stream_ == nullptr) return;
  target_stream_->send_body(segment);
  // What a step put there lasts until it is asked again.
  if (space != nullptr && space->rewrites_request) target_stream_->flush();
  if (stage_ == Stage::tunnel) arm_tunnel();
}

void ExchangeFlow::pass_to_client(net::Segment segment) {
  if (segment.size() == 0) return;
  client_->send_body(segment);
  if (space != nullptr && space->rewrites_response) client_->flush();
}

void ExchangeFlow::on_request_end(std::span<const http::Field> trailers) {
  request_ended_ = true;
  if (stage_ == Stage::tunnel) return end(Reason::tunnel_closed, Ending::whole);
  request_trailers_ = allowed(trailers);
  if (gatherer_ != nullptr) return gathered(true);
  if (parked_ || !end_body(Phase::request_body)) return;
  if (collecting_ || target_stream_ == nullptr) return;
  target_stream_->send_end(request_trailers_);
}

void ExchangeFlow::on_request_pause() {
  if (collecting_ || target_stream_ == nullptr) return;
  if (!target_stream_->flush() && client_ != nullptr) client_->pull(net::Credit::none());
}

void ExchangeFlow::on_upstream_room() {
  if (stage_ == Stage::tunnel || !request_ended_) pull_request();
}

// ---- the answer ----

void ExchangeFlow::on_informational(const http::ResponseHead& head) {
  if (head.status == 100 || client_ == nullptr) return;  // 100 is between the target and us
  http::OutgoingResponse out;
  out.status = head.status;
  out.phrase = head.reason_phrase;
  out.fields = head.fields();
  client_->send_interim(out);
}

void ExchangeFlow::on_response_head(http::ResponseHead& head) {
  moments.first_byte = worker_.io().loop.now().us;
  target_status_ = response_status = head.status;
  phrase_ = head.reason_phrase;
  response.adopt(head);
  response_framing_ =
      head.framing == Framing::until_close && head.status != 101 ? Framing::chunked : head.framing;
  response_length_ = head.content_length;
  response_says_length_ = head.has_content_length;
  upgrading_ = upgrading_ && head.status == 101;
  start_response_head(*this, upgrading_);
  // Steps may look at it when its bytes are gone.
  if (steps_ != nullptr && (watches(Phase::response) || watches(Phase::response_body) ||
                            watches(Phase::log) || parked_)) {
    response.keep();
    phrase_ = arena.copy(phrase_);
  }
  if (sticky_cookies_ != nullptr) {
    response.append("Set-Cookie", sticky_cookies_->plain);
    if (!sticky_cookies_->cors.empty()) response.append("Set-Cookie", sticky_cookies_->cors);
  }
  if (head.find(http::FieldId::x_request_id) == nullptr) response.append(id_field);
  if (head.find(http::FieldId::date) == nullptr && head.status >= 200)
    response.append(worker_.date());
  if (parked_) {
    head_waits_ = true;
    return;
  }
  begin_response();
}

void ExchangeFlow::begin_response() {
  stage_ = Stage::answering;
  head_waits_ = false;
  if (steps_ == nullptr) return send_response_head();
  step_ = 0;
  run(Phase::response);
}

void ExchangeFlow::send_response_head() {
  if (request.has(http::FieldId::x_gatehouse_explain)) explain();
  http::OutgoingResponse out;
  out.status = response_status;
  out.phrase = phrase_;
  out.fields = response.fields();
  out.extra = response.extra();
  out.framing = body_allowed() || upgrading_ ? response_framing_ : Framing::none;
  if (local_ && response_status == 204) out.framing = Framing::none;
  out.content_length = response_length_;
  out.says_length =
      out.framing == Framing::none &&
      (local_ ? response_status != 204 && response_status != 304 && response_status >= 200
              : response_says_length_) &&
      (space == nullptr || !space->rewrites_response);
  out.upgrade = upgrading_;
  head_sent_ = true;
  if (upgrading_) return begin_tunnel(out);
  client_->send_head(out);
  if (local_) return send_local_answer();
  if (!answer_body_.empty() && !send_gathered_answer()) return;
  if (!response_ended_) return pull_response();
  if (out.framing != Framing::none && !end_body(Phase::response_body)) return;
  client_->send_end({});
  client_->flush();
  complete(Reason::none);
}

void ExchangeFlow::pull_response() {
  if (parked_ || target_stream_ == nullptr) return;
  const bool pipe = client_->takes_pipes() && response_framing_ == Framing::length &&
                    !watches(Phase::response_body);
  target_stream_->pull(net::Credit::some(pipe || stage_ == Stage::tunnel));
}

void ExchangeFlow::on_response_body(net::Segment segment) {
  if (answer_reader_ != nullptr) return gather_answer(segment.bytes);
  if (watches(Phase::response_body) && stage_ == Stage::answering) {
    plugin::Piece piece{.bytes = segment.bytes};
    if (!run_body(Phase::response_body, piece) || piece.bytes.empty()) return;
    segment = {.bytes = piece.bytes};
  }
  if (client_ == nullptr) return;
  pass_to_client(segment);
  if (stage_ == Stage::tunnel) arm_tunnel();
}

void ExchangeFlow::on_response_end(std::span<const http::Field> trailers) {
  response_ended_ = true;
  if (stage_ == Stage::tunnel) {
    client_->flush();
    return end(Reason::tunnel_closed, Ending::whole);
  }
  response_trailers_ = trailers;
  if (answer_reader_ != nullptr) return answer_gathered(true);
  if (parked_ || !head_sent_) return;
  if (body_allowed() && !end_body(Phase::response_body)) return;
  client_->send_end(allowed(trailers));
  client_->flush();
  complete(reason);
}

void ExchangeFlow::on_response_pause() {
  if (!head_sent_ || client_ == nullptr) return;
  if (!client_->flush() && target_stream_ != nullptr) target_stream_->pull(net::Credit::none());
}

void ExchangeFlow::on_client_room() {
  if (head_sent_ && !response_ended_) pull_response();
}

std::span<const http::Field> ExchangeFlow::allowed(std::span<const http::Field> trailers) {
  if (trailers.empty() || rule_ == nullptr || rule_->trailers == nullptr) return {};
  auto* kept = arena.array<http::Field>(trailers.size());
  std::size_t count = 0;
  for (const auto& field : trailers) {
    for (const auto& name : *rule_->trailers) {
      if (ascii::equals_ignoring_case(name, field.name())) kept[count++] = field;
    }
  }
  return {kept, count};
}

}  // namespace gatehouse::proxy
