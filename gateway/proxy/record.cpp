#include "proxy/record.h"

#include <charconv>

#include "exchange/exchange.h"
#include "observe/access_record.h"
#include "proxy/worker.h"
#include "snapshot/snapshot.h"

namespace gatehouse::proxy {

namespace {

// -1 (absent) unless both happened.
std::int64_t between(std::int64_t from, std::int64_t to) {
  return from == 0 || to == 0 ? -1 : to - from;
}

void count(Worker& worker, const exchange::Exchange& x, const Ended& ended) {
  auto& shard = worker.shard();
  const auto& at = x.moments;
  shard.worker.ended(x.reason);
  shard.worker.responses.count(ended.status);
  ++shard.worker.requests;
  shard.worker.downstream_received_bytes.add(ended.received);
  shard.worker.downstream_sent_bytes.add(ended.sent);
  if (ended.tunnel) ++shard.worker.tunnels;
  if (ended.rule == nullptr) return;
  auto& rule = shard.rules[ended.rule_slot];
  rule.requests.count(ended.status);
  rule.duration.observe(at.end - at.start);
  if (ended.to == nullptr) return;
  auto& group = shard.groups[ended.to->lease->slot()];
  group.requests.count(ended.status);
  group.retries.add(ended.retries);
  if (at.lend != 0) group.duration.observe(at.end - at.lend);
  if (x.reason == Reason::pool_full) ++group.queue_full;
  if (x.reason == Reason::pool_timeout) ++group.queue_timeouts;
  if (x.reason == Reason::no_target || x.reason == Reason::target_unresolved) ++group.unavailable;
  if (ended.target.empty() || ended.tunnel) return;
  auto& target = shard.targets[ended.target_slot];
  target.requests.count(ended.target_status);
  if (at.first_byte != 0) target.response.observe(at.first_byte - at.lent);
  if (row(x.reason).fault == Fault::target) target.failed(x.reason);
}

void put(char*& to, std::string_view& out, const net::IpAddress& ip, bool with_port) {
  char* begin = to;
  const bool bracket = with_port && ip.family == net::IpAddress::Family::v6;
  if (bracket) *to++ = '[';
  to = ip.write_ip(to);
  if (bracket) *to++ = ']';
  if (with_port && ip.family != net::IpAddress::Family::none) {
    *to++ = ':';
    to = std::to_chars(to, to + 5, ip.port).ptr;
  }
  out = {begin, static_cast<std::size_t>(to - begin)};
}

std::string_view text_of(const http::RequestHead& request, http::FieldId id) {
  const http::Field* field = request.find(id);
  return field == nullptr ? std::string_view{} : field->value();
}

}  // namespace

void record_exchange(Worker& worker, const exchange::Exchange& x, const Ended& ended) {
  count(worker, x, ended);
  if (worker.access() == nullptr) return;
  const auto& at = x.moments;
  char addresses[128];
  char* to = addresses;
  observe::AccessRecord record;
  record.time = worker.loop().wall_us() - (worker.loop().now().us - at.start);
  record.type = ended.tunnel ? observe::AccessType::ws : observe::AccessType::http;
  record.listener = ended.listener;
  if (ended.rule != nullptr) {
    record.rule = ended.rule->name;
    record.priority = static_cast<std::int32_t>(ended.rule->priority);
  }
  if (ended.to != nullptr) record.group = ended.to->group;
  record.target = ended.target;
  put(to, record.client, x.peer, true);
  put(to, record.client_ip, x.client, false);
  record.method = x.request.method_text;
  record.host = x.request.host;
  record.path = ended.path;
  record.query = x.request.query;
  if (!x.request.method_text.empty()) {
    record.version = x.request.minor_version == 0 ? observe::HttpVersion::http_1_0
                                                  : observe::HttpVersion::http_1_1;
  }
  record.status = ended.status;
  record.target_status = ended.target_status;
  record.reason = x.reason;
  record.received_bytes = ended.received;
  record.sent_bytes = ended.sent;
  record.total_us = at.end - at.start;
  record.request_head_us = between(at.start, at.head);
  record.pool_wait_us = between(at.lend, at.lent);
  record.first_byte_us = between(at.lent, at.first_byte);
  record.response_us = between(at.first_byte, at.end);
  record.retries = ended.retries;
  record.request_id = x.id;
  record.trace_id = text_of(x.request, http::FieldId::traceparent);
  record.user_agent = text_of(x.request, http::FieldId::user_agent);
  record.referer = text_of(x.request, http::FieldId::referer);
  record.redirect_url = ended.redirect_url;
  record.generation = x.generation;
  record.connection = ended.connection;
  record.connection_request = ended.nth_request;
  worker.access()->push(record);
}

}  // namespace gatehouse::proxy
