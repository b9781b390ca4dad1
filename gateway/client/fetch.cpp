#include "client/fetch.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/host.h"

namespace gatehouse::client {
namespace {

// A field whose value is ours to say, or that ends at the next hop (RFC 9110 7.6.1).
bool left_out(std::string_view name) {
  switch (http::field_id(name)) {
    case http::FieldId::connection:
    case http::FieldId::content_length:
    case http::FieldId::expect:
    case http::FieldId::host:
    case http::FieldId::http2_settings:
    case http::FieldId::keep_alive:
    case http::FieldId::proxy_connection:
    case http::FieldId::te:
    case http::FieldId::trailer:
    case http::FieldId::transfer_encoding:
    case http::FieldId::upgrade:
      return true;
    default:
      return false;
  }
}

bool can_stand(std::string_view name, std::string_view value) {
  return ascii::is_token(name) && http::is_field_value(value);
}

http::ExtraField line(Arena& arena, std::string_view name, std::string_view value) {
  const std::size_t size = name.size() + value.size() + 4;
  char* text = arena.array<char>(size);
  char* at = std::copy(name.begin(), name.end(), text);
  at = std::copy_n(": ", 2, at);
  at = std::copy(value.begin(), value.end(), at);
  std::copy_n("\r\n", 2, at);
  return {{text, size}, name.size()};
}

}  // namespace

Fetch::Fetch(event::Loop& loop, upstream::Group* group, const upstream::StreamLimits& limits,
             Millis connect, FetchRequest request, Done done, void* user)
    : event::Timer(
          [](event::Timer& timer) { static_cast<Fetch&>(timer).finish(Reason::step_timeout); }),
      loop_(loop),
      limits_(limits),
      request_(std::move(request)),
      done_(done),
      user_(user) {
  if (group == nullptr) {
    finish(Reason::no_target);
    return;
  }
  loop_.timers().arm(*this, Micros(request_.timeout));
  const upstream::Lent lent = group->lend(*this, nullptr, connect);
  if (lent.connection != nullptr) {
    Fetch::on_lent(*lent.connection);
  } else if (lent.reason != Reason::none) {
    finish(lent.reason);
  }
}

Fetch::~Fetch() {
  withdraw();
  if (stream_ != nullptr) stream_->release();
}

void Fetch::on_lent(upstream::Connection& connection) {
  connection.lend(*this, arena_, limits_);
  stream_ = &connection;
  send();
}

void Fetch::on_not_lent(Reason reason, upstream::Target*) { finish(reason); }

void Fetch::send() {
  const auto visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7f; };
  if (request_.path.empty() || !std::all_of(request_.path.begin(), request_.path.end(), visible) ||
      !ascii::is_token(request_.method))
    return finish(Reason::bad_target);
  std::string_view host_name;
  if (!http::split_host(request_.host, host_name)) return finish(Reason::bad_host);
  std::vector<http::ExtraField> extra;
  extra.push_back(line(arena_, "Host", request_.host));
  for (const auto& [name, value] : request_.fields) {
    if (!left_out(name) && can_stand(name, value)) extra.push_back(line(arena_, name, value));
  }
  head_.method_text = request_.method;
  head_.method = http::method_of(request_.method);
  http::OutgoingRequest out;
  out.head = &head_;
  out.path = request_.path;
  out.extra = extra;
  const bool says_length = !request_.body.empty() || head_.method == http::Method::post;
  out.framing = says_length ? http::Framing::length : http::Framing::none;
  out.content_length = request_.body.size();
  stream_->send_request(out, request_.body, true);
  if (stream_ != nullptr) stream_->pull(net::Credit::some(false));
}

void Fetch::on_response_head(http::ResponseHead& head) {
  answer_.status = head.status;
  for (const auto& field : head.fields()) {
    if (!field.hop_by_hop() && !left_out(field.name()))
      answer_.fields.emplace_back(field.name(), field.value());
  }
  if (stream_ != nullptr) stream_->pull(net::Credit::some(false));
}

void Fetch::on_response_body(net::Segment segment) {
  if (answer_.body.size() + segment.bytes.size() > request_.most_bytes)
    return finish(Reason::answer_too_large);
  answer_.body += segment.bytes;
}

void Fetch::on_response_end(std::span<const http::Field>) { finish(Reason::none); }
void Fetch::on_response_failed(Reason reason) { finish(reason); }

void Fetch::finish(Reason reason) {
  if (std::exchange(over_, true)) return;
  answer_.reason = reason;
  cancel();
  loop_.defer(*this);
}

void Fetch::run_deferred() {
  withdraw();
  if (stream_ != nullptr) std::exchange(stream_, nullptr)->release();
  done_(user_, answer_);
}

}  // namespace gatehouse::client
