#include "proxy/forwarding_headers.h"

#include <cstring>
#include <initializer_list>

#include "base/ascii.h"
#include "http/forwarded.h"

namespace gatehouse::proxy {

using http::FieldId;

namespace {

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestTrace = 7168;  // ALB.md 1.5
constexpr int kMostHops = 8;

std::string_view join(Arena& arena, std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (auto part : parts) size += part.size();
  char* text = arena.array<char>(size);
  char* at = text;
  for (auto part : parts) {
    at = std::copy(part.begin(), part.end(), at);
  }
  return {text, size};
}

void write_hex(char* to, std::uint64_t value, int digits) {
  for (int i = digits; i-- > 0; value >>= 4) to[i] = "0123456789abcdef"[value & 15];
}

std::string_view ip_text(Arena& arena, const net::IpAddress& ip) {
  char* text = arena.array<char>(48);
  return {text, static_cast<std::size_t>(ip.write_ip(text) - text)};
}

bool good_id(std::string_view id) {
  if (id.empty() || id.size() > kLongestId) return false;
  for (char c : id) {
    if (c < 0x21 || c > 0x7e || c == '"' || c == '\\' || c == '<') return false;
  }
  return true;
}

int times_through(const http::RequestHead& request) {
  int times = 0;
  for (const auto& field : request.fields()) {
    if (field.id == FieldId::via && field.value().find("gatehouse") != std::string_view::npos)
      ++times;
  }
  return times;
}

// ALB.md 1.5: no trace: a new Root; a Root: our Self in front of it; a Self: replaced.
std::string_view trace_id(exchange::Exchange& x, std::int64_t wall_s, Random& random) {
  char id[35];  // 1-67891233-abcdef012345678912345678
  std::memcpy(id, "1-", 2);
  write_hex(id + 2, static_cast<std::uint64_t>(wall_s), 8);
  id[10] = '-';
  write_hex(id + 11, random.next(), 16);
  write_hex(id + 27, random.next(), 8);
  const std::string_view fresh(id, sizeof id);
  const http::Field* field = x.request.find(FieldId::x_amzn_trace_id);
  if (field == nullptr || field->value().empty()) return join(x.arena, {"Root=", fresh});
  std::string_view given = field->value();
  if (given.size() > kLongestTrace) {
    const auto at = given.find("Root=");
    if (at == std::string_view::npos) return join(x.arena, {"Root=", fresh});
    given = given.substr(at, given.find(';', at) - at);
  }
  if (given.find("Root=") == std::string_view::npos)
    return join(x.arena, {"Root=", fresh, ";", given});
  const auto self = given.find("Self=");
  if (self == std::string_view::npos) return join(x.arena, {"Self=", fresh, ";", given});
  const auto end = given.find(';', self);
  const auto rest = end == std::string_view::npos ? std::string_view{} : given.substr(end);
  return join(x.arena, {given.substr(0, self), "Self=", fresh, rest});
}

void append_address(exchange::Exchange& x, bool trusted, std::string_view peer) {
  const http::Field* before = trusted ? x.request.find(FieldId::x_forwarded_for) : nullptr;
  std::string_view list = peer;
  for (; before != nullptr; before = x.request.next(before)) {
    // Several fields are one list (RFC 9110 5.3); the peer comes last.
    list =
        list.data() == peer.data() ? before->value() : join(x.arena, {list, ", ", before->value()});
  }
  x.upstream.drop(FieldId::x_forwarded_for);
  x.upstream.append("X-Forwarded-For",
                    list.data() == peer.data() ? peer : join(x.arena, {list, ", ", peer}));
}

void forward_if_absent(exchange::Exchange& x, bool trusted, FieldId id, std::string_view name,
                       std::string_view value) {
  if (trusted && x.request.find(id) != nullptr) return;
  x.upstream.drop(id);
  x.upstream.append(name, value);
}

}  // namespace

void identify(exchange::Exchange& x, Random& random, const net::CidrSet& trusted) {
  x.client = x.peer;
  const bool believed = trusted.contains(x.peer);
  if (believed) {
    const http::Field* given = x.request.find(FieldId::x_request_id);
    if (given != nullptr && good_id(given->value())) x.id = given->value();
    for (const http::Field* list = x.request.last(FieldId::x_forwarded_for); list != nullptr;) {
      const auto found = http::rightmost_untrusted(list->value(), [&](std::string_view text) {
        const auto ip = net::IpAddress::parse(text);
        return ip && trusted.contains(*ip);
      });
      if (const auto ip = net::IpAddress::parse(found)) x.client = *ip;
      break;
    }
  }
  if (!x.id.empty()) return;
  char* id = x.arena.array<char>(32);
  write_hex(id, random.next(), 16);
  write_hex(id + 16, random.next(), 16);
  x.id = {id, 32};
}

bool start_upstream_head(exchange::Exchange& x, const snapshot::ListenerView& listener,
                         bool trusted_peer, std::int64_t wall_s, Random& random) {
  x.upstream.start(x.request.fields());
  for (auto& field : x.upstream.fields()) {
    if (field.hop_by_hop() || field.underscore()) field.drop();
    const bool ours = field.id == FieldId::x_forwarded_for ||
                      field.id == FieldId::x_forwarded_proto ||
                      field.id == FieldId::x_forwarded_host ||
                      field.id == FieldId::x_forwarded_port || field.id == FieldId::forwarded ||
                      field.id == FieldId::x_request_id || field.id == FieldId::x_amzn_trace_id;
    if (field.id == FieldId::expect || field.id == FieldId::content_length) field.drop();
    if (ours && !trusted_peer) field.drop();
  }
  const std::string_view peer = ip_text(x.arena, x.peer);
  if (listener.x_forwarded_for == config::ForwardedFor::append) {
    append_address(x, trusted_peer, peer);
    const bool v6 = peer.find(':') != std::string_view::npos;
    x.upstream.append("Forwarded",
                      join(x.arena, {v6 ? "for=\"[" : "for=", peer, v6 ? "]\"" : "", ";host=\"",
                                     x.request.host, "\";proto=", listener.scheme}));
  } else if (listener.x_forwarded_for == config::ForwardedFor::remove) {
    x.upstream.drop(FieldId::x_forwarded_for);
    x.upstream.drop(FieldId::forwarded);
  }
  forward_if_absent(x, trusted_peer, FieldId::x_forwarded_proto, "X-Forwarded-Proto",
                    listener.scheme);
  forward_if_absent(x, trusted_peer, FieldId::x_forwarded_host, "X-Forwarded-Host", x.request.host);
  forward_if_absent(x, trusted_peer, FieldId::x_forwarded_port, "X-Forwarded-Port", listener.port);
  x.upstream.append("Via", "1.1 gatehouse");
  x.upstream.drop(FieldId::x_request_id);
  x.upstream.append("X-Request-ID", x.id);
  const std::string_view trace = trace_id(x, wall_s, random);
  x.upstream.drop(FieldId::x_amzn_trace_id);
  x.upstream.append("X-Amzn-Trace-Id", trace);
  if (x.request.find(FieldId::host) == nullptr) x.upstream.append("Host", x.request.host);
  return x.request.find(FieldId::via) == nullptr || times_through(x.request) < kMostHops;
}

void start_response_head(exchange::Exchange& x, bool upgrade) {
  for (auto& field : x.response.fields()) {
    if (field.id == FieldId::upgrade && upgrade) continue;
    if (field.hop_by_hop() || field.id == FieldId::content_length) field.drop();
  }
}

}  // namespace gatehouse::proxy
