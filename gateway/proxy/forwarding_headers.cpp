#include "proxy/forwarding_headers.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/ascii.h"
#include "base/hex.h"
#include "http/forwarded.h"

namespace gatehouse::proxy {

using http::FieldId;

namespace {

constexpr std::size_t kLongestId = 128;
constexpr std::size_t kLongestTrace = 7168;  // ALB.md 1.5
constexpr int kMostHops = 8;

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

constexpr std::uint64_t bit(FieldId id) { return std::uint64_t{1} << static_cast<unsigned>(id); }

// What the gateway writes anew, or what ends with the hop in front of it.
constexpr std::uint64_t kNeverPassed = bit(FieldId::expect) | bit(FieldId::content_length) |
                                       bit(FieldId::x_request_id) | bit(FieldId::x_amzn_trace_id) |
                                       bit(FieldId::x_gatehouse_explain);
constexpr std::uint64_t kAddresses = bit(FieldId::x_forwarded_for) | bit(FieldId::forwarded);
// What only a trusted proxy may say.
constexpr std::uint64_t kBelieved = kAddresses | bit(FieldId::x_forwarded_proto) |
                                    bit(FieldId::x_forwarded_host) | bit(FieldId::x_forwarded_port);

std::uint64_t unwanted(config::ForwardedFor mode, bool trusted) {
  if (!trusted) return kNeverPassed | kBelieved;
  if (mode == config::ForwardedFor::append) return kNeverPassed | bit(FieldId::x_forwarded_for);
  return mode == config::ForwardedFor::remove ? kNeverPassed | kAddresses : kNeverPassed;
}

// Makes field lines side by side, so that they leave in one copy.
class Lines {
 public:
  // Room for `most` bytes in all.
  Lines(Arena& arena, exchange::Edits& to, std::size_t most)
      : to_(to), at_(arena.array<char>(most)), line_(at_) {}

  // "Name: ", a literal.
  template <std::size_t Size>
  Lines& begin(const char (&name)[Size]) {
    name_size_ = Size - 3;
    return *this << name;
  }
  template <std::size_t Size>
  Lines& operator<<(const char (&text)[Size]) {
    std::memcpy(at_, text, Size - 1);
    at_ += Size - 1;
    return *this;
  }
  Lines& operator<<(std::string_view text) {
    at_ = std::copy(text.begin(), text.end(), at_);
    return *this;
  }
  // The address of a peer; answers its text.
  std::string_view address(const net::IpAddress& ip) {
    const char* begin = at_;
    at_ = ip.write_ip(at_);
    return {begin, static_cast<std::size_t>(at_ - begin)};
  }
  void end() {
    *this << "\r\n";
    to_.append(http::ExtraField{{line_, static_cast<std::size_t>(at_ - line_)}, name_size_});
    line_ = at_;
  }

 private:
  exchange::Edits& to_;
  char* at_;
  char* line_;
  std::size_t name_size_ = 0;
};

// What all the values of a list field take, with their separators.
std::size_t list_size(const http::RequestHead& request, FieldId id) {
  std::size_t size = 0;
  for (const http::Field* field = request.find(id); field != nullptr; field = request.next(field)) {
    size += field->value_size + 2;
  }
  return size;
}

void append_addresses(Lines& lines, const exchange::Exchange& x, bool trusted,
                      std::string_view scheme) {
  const bool has_address = x.peer.family != net::IpAddress::Family::none;
  std::string_view peer = "unknown";  // RFC 7239 6.2
  const http::Field* before = trusted ? x.request.find(FieldId::x_forwarded_for) : nullptr;
  if (has_address || before != nullptr) {
    lines.begin("X-Forwarded-For: ");
    // Several fields are one list (RFC 9110 5.3); the peer comes last.
    for (; before != nullptr; before = x.request.next(before)) {
      lines << before->value();
      if (has_address || x.request.next(before) != nullptr) lines << ", ";
    }
    if (has_address) peer = lines.address(x.peer);
    lines.end();
  }
  const bool v6 = x.peer.family == net::IpAddress::Family::v6;
  lines.begin("Forwarded: ") << "for=" << std::string_view(v6 ? "\"[" : "") << peer
                             << std::string_view(v6 ? "]\"" : "") << ";host=\"" << x.request.host
                             << "\";proto=" << scheme;
  lines.end();
}

// ALB.md 1.5: no trace: a new Root; a Root: our Self in front of it; a Self: replaced.
void append_trace(Lines& lines, const http::RequestHead& request, std::int64_t wall_s,
                  Random& random) {
  char id[35];  // 1-67891233-abcdef012345678912345678
  std::memcpy(id, "1-", 2);
  write_hex(id + 2, static_cast<std::uint64_t>(wall_s) << 32);  // what is too much is written over
  write_hex(id + 19, random.next());
  write_hex(id + 11, random.next());
  id[10] = '-';
  const std::string_view fresh(id, sizeof id);
  const http::Field* field = request.find(FieldId::x_amzn_trace_id);
  std::string_view given = field == nullptr ? std::string_view{} : field->value();
  const auto root = given.find("Root=");
  if (given.size() > kLongestTrace) {
    given = root == std::string_view::npos ? std::string_view{}
                                           : given.substr(root, given.find(';', root) - root);
  }
  const auto self = given.find("Self=");
  if (given.empty()) {
    lines << "Root=" << fresh;
  } else if (root == std::string_view::npos) {
    lines << "Root=" << fresh << ";" << given;
  } else if (self == std::string_view::npos) {
    lines << "Self=" << fresh << ";" << given;
  } else {
    const auto end = given.find(';', self);
    lines << given.substr(0, self) << "Self=" << fresh
          << (end == std::string_view::npos ? std::string_view{} : given.substr(end));
  }
  lines.end();
}

// Room for an id of that size, in its line.
char* start_id(exchange::Exchange& x, std::size_t size) {
  constexpr std::string_view kName = "X-Request-ID";
  const std::size_t whole = kName.size() + size + 4;
  char* line = x.arena.array<char>(whole);
  std::memcpy(line, "X-Request-ID: ", kName.size() + 2);
  std::memcpy(line + whole - 2, "\r\n", 2);
  x.id_field = {{line, whole}, kName.size()};
  x.id = x.id_field.value();
  return line + kName.size() + 2;
}

// What the request does not say already, if it may.
void append_own(exchange::Exchange& x, const snapshot::OwnFields& own, bool trusted) {
  using snapshot::OwnFields;
  if (!trusted) return x.upstream.append(own.all());
  if (!x.request.has(FieldId::x_forwarded_proto)) x.upstream.append(own[OwnFields::proto]);
  if (!x.request.has(FieldId::x_forwarded_port)) x.upstream.append(own[OwnFields::port]);
  x.upstream.append(own[OwnFields::via]);
}

}  // namespace

void identify(exchange::Exchange& x, Random& random, const net::CidrSet& trusted) {
  x.client = x.peer;
  x.peer_trusted = trusted.contains(x.peer);
  if (x.peer_trusted) {
    const http::Field* given = x.request.find(FieldId::x_request_id);
    if (given != nullptr && good_id(given->value()))
      given->value().copy(start_id(x, given->value().size()), kLongestId);
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
  char* id = start_id(x, 32);
  write_hex(id, random.next());
  write_hex(id + 16, random.next());
}

bool start_upstream_head(exchange::Exchange& x, const snapshot::ListenerView& listener,
                         std::int64_t wall_s, Random& random) {
  const bool trusted_peer = x.peer_trusted;
  const auto mode = listener.x_forwarded_for;
  const std::uint64_t dropped = unwanted(mode, trusted_peer);
  x.upstream.start(x.request.fields());
  for (auto& field : x.upstream.fields()) {
    constexpr std::uint8_t kNotPassed = http::Field::kHopByHop | http::Field::kUnderscore;
    if ((field.flags & kNotPassed) != 0 || (dropped & bit(field.id)) != 0) field.drop();
  }
  const std::string_view host = x.request.host;
  constexpr std::size_t kNamesAndAddresses = 384;
  Lines lines(x.arena, x.upstream,
              kNamesAndAddresses + 3 * host.size() +
                  list_size(x.request, FieldId::x_forwarded_for) +
                  list_size(x.request, FieldId::x_amzn_trace_id));
  const bool says_host = trusted_peer && x.request.has(FieldId::x_forwarded_host);
  append_own(x, *listener.own_fields, trusted_peer);
  x.upstream.append(x.id_field);
  if (mode == config::ForwardedFor::append) {
    append_addresses(lines, x, trusted_peer, listener.scheme);
  }
  if (!says_host) (lines.begin("X-Forwarded-Host: ") << host).end();
  lines.begin("X-Amzn-Trace-Id: ");
  append_trace(lines, x.request, wall_s, random);
  if (!x.request.has(FieldId::host)) (lines.begin("Host: ") << host).end();
  return !x.request.has(FieldId::via) || times_through(x.request) < kMostHops;
}

bool count_forward(exchange::Exchange& x) {
  constexpr std::string_view kName = "Max-Forwards";
  const auto given = x.upstream.get(kName);
  if (!given || given->empty() || !std::all_of(given->begin(), given->end(), ascii::is_digit))
    return true;
  std::uint32_t left = UINT32_MAX;  // what is larger is read as this
  std::from_chars(given->data(), given->data() + given->size(), left);
  if (left == 0) return false;
  x.upstream.set(kName, std::to_string(left - 1));
  return true;
}

void drop_protected(exchange::Exchange& x, const http::ProtectedNames& names) {
  for (auto& field : x.upstream.fields()) {
    if (names.has(field.name())) field.drop();
  }
}

void start_response_head(exchange::Exchange& x, bool upgrade) {
  for (auto& field : x.response.fields()) {
    if (field.id == FieldId::upgrade && upgrade) continue;
    if (field.hop_by_hop() || field.id == FieldId::content_length) field.drop();
  }
}

}  // namespace gatehouse::proxy
