#include "http/h1/request.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "http/h1/fields.h"
#include "http/host.h"
#include "http/normalise.h"

namespace gatehouse::http::h1 {
namespace {

Reason parse_version(std::string_view text, RequestHead& out) {
  if (text.size() != 8 || text.substr(0, 5) != "HTTP/" || !ascii::is_digit(text[5]) ||
      text[6] != '.' || !ascii::is_digit(text[7])) {
    return Reason::bad_version;
  }
  if (text[5] != '1') return Reason::version_not_supported;
  out.minor_version = text[7] == '0' ? 0 : 1;
  return Reason::none;
}

// http://authority/path: the authority takes the place of Host (RFC 9112 3.2.2).
Reason split_absolute(std::string_view& target, RequestHead& out) {
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return Reason::bad_target;
  const std::string_view name = target.substr(0, scheme);
  if (!ascii::equals_ignoring_case(name, "http") && !ascii::equals_ignoring_case(name, "https")) {
    return Reason::bad_target;
  }
  target.remove_prefix(scheme + 3);
  const std::size_t end = target.find_first_of("/?");
  out.host = target.substr(0, end);
  out.absolute_form = true;
  target = end == std::string_view::npos ? std::string_view() : target.substr(end);
  // RFC 9112 3.2.4: the last proxy turns this into the asterisk form.
  if (target.empty()) target = out.method == Method::options ? "*" : "/";
  return Reason::none;
}

// Tabs, spaces, a fragment, what is not ASCII (RFC 3986 2); other controls are gone already.
constexpr std::array<bool, 256> kNoTarget = [] {
  std::array<bool, 256> t{};
  for (std::size_t i = 0; i < 256; ++i) t[i] = i <= ' ' || i == '#' || i >= 0x80;
  return t;
}();

Reason parse_target(RequestHead& out, Arena& arena) {
  std::string_view target = out.target;
  bool bad = target.empty();
  for (char c : target) bad |= kNoTarget[static_cast<unsigned char>(c)];
  if (bad) return Reason::bad_target;
  if (target[0] != '/' && target != "*") {
    if (const Reason reason = split_absolute(target, out); reason != Reason::none) return reason;
  }
  if (target == "*") {
    if (out.method != Method::options) return Reason::bad_target;
    out.path = out.raw_path = out.match_path = target;
    return Reason::none;
  }
  const auto question = target.find('?');
  out.has_query = question != std::string_view::npos;
  if (out.has_query) out.query = target.substr(question + 1);
  out.raw_path = target.substr(0, question);
  if (out.raw_path.empty()) out.raw_path = "/";
  CanonicalPath canonical;
  if (!canonicalise(out.raw_path, arena, canonical)) return Reason::bad_target;
  out.path = canonical.path;
  out.match_path = canonical.match;
  out.path_risk = canonical.risk;
  return Reason::none;
}

Reason parse_request_line(std::string_view line, Arena& arena, RequestHead& out) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return Reason::bad_request_line;
  out.method_text = line.substr(0, first);
  out.target = line.substr(first + 1, last - first - 1);
  if (!ascii::is_token(out.method_text)) return Reason::bad_method;
  if (const Reason reason = parse_version(line.substr(last + 1), out); reason != Reason::none)
    return reason;
  out.method = method_of(out.method_text);
  if (out.method == Method::connect || out.method == Method::trace)
    return Reason::method_not_allowed;
  return parse_target(out, arena);
}

// Every later reader of the fields sees the authority of the target (RFC 9112 3.2.2: a proxy
// ignores the Host that came and replaces it).
void replace_host(RequestHead& out, const Field* host, Arena& arena) {
  constexpr std::string_view kName = "Host: ";
  const std::size_t size = kName.size() + out.host.size() + 2;
  char* line = arena.array<char>(size);
  std::memcpy(line, kName.data(), kName.size());
  std::memcpy(line + kName.size(), out.host.data(), out.host.size());
  std::memcpy(line + size - 2, "\r\n", 2);
  auto* field = const_cast<Field*>(host);  // this head's own, in its arena
  field->start = line;
  field->value_at = kName.size();
  field->value_size = static_cast<std::uint32_t>(out.host.size());
  field->line_size = static_cast<std::uint32_t>(size);
}

// Several lines of Cookie become one, as those of HTTP/2 do (RFC 9113 8.2.3): WSGI would put commas
// between them, others read the first or the last, and none would see what was checked here.
void join_cookies(RequestHead& out, Arena& arena) {
  const Field* const cookie = out.find(FieldId::cookie);
  if (out.next(cookie) == nullptr) return;
  constexpr std::string_view kName = "Cookie: ", kBetween = "; ";
  std::size_t room = kName.size() + 2;
  for (const Field* field = cookie; field != nullptr; field = out.next(field))
    room += field->value().size() + kBetween.size();
  char* const line = arena.array<char>(room);
  char* const value = std::copy(kName.begin(), kName.end(), line);
  char* at = value;
  for (const Field* field = cookie; field != nullptr; field = out.next(field)) {
    const std::string_view one = field->value();
    if (one.empty()) continue;
    if (at != value) at = std::copy(kBetween.begin(), kBetween.end(), at);
    at = std::copy(one.begin(), one.end(), at);
  }
  std::copy_n("\r\n", 2, at);
  Field joined = *cookie;
  joined.start = line;
  joined.value_at = kName.size();
  joined.value_size = static_cast<std::uint32_t>(at - value);
  joined.line_size = static_cast<std::uint32_t>(at + 2 - line);
  const auto place = cookie - out.field_begin;
  out.remove_behind(cookie);
  const_cast<Field*>(out.field_begin)[place] = joined;  // this head's own, in its arena
}

Reason read_host(RequestHead& out, Arena& arena) {
  const Field* host = out.find(FieldId::host);
  if (host == nullptr) {
    if (out.minor_version != 0) return Reason::bad_host;
  } else {
    if (out.next(host) != nullptr || !split_host(host->value(), out.host_name))
      return Reason::bad_host;
    if (!out.absolute_form) out.host = host->value();
  }
  if (!out.absolute_form) return Reason::none;
  if (!split_host(out.host, out.host_name)) return Reason::bad_host;
  if (host != nullptr && host->value() != out.host) replace_host(out, host, arena);
  return Reason::none;
}

// A value that names real codings but not just chunked is answered with 501 (RFC 9112 6.1);
// anything else is an attempt to be read in two ways.
Reason refuse_coding(std::string_view value) {
  constexpr std::string_view kCodings[] = {"gzip",    "x-gzip",   "compress", "x-compress",
                                           "deflate", "identity", "br"};
  bool any = false;
  while (!value.empty()) {
    const auto comma = value.find(',');
    const std::string_view coding = ascii::trim(value.substr(0, comma));
    value = comma == std::string_view::npos ? std::string_view{} : value.substr(comma + 1);
    bool known = value.empty() && any && ascii::equals_ignoring_case(coding, "chunked");
    for (auto name : kCodings) known = known || ascii::equals_ignoring_case(coding, name);
    if (!known) return Reason::bad_transfer_encoding;
    any = true;
  }
  return any ? Reason::transfer_encoding_unknown : Reason::bad_transfer_encoding;
}

Reason read_framing(RequestHead& out, Arena& /*arena*/) {
  const Field* length = out.find(FieldId::content_length);
  const Field* coding = out.find(FieldId::transfer_encoding);
  if (coding != nullptr) {
    if (length != nullptr || out.minor_version == 0 || out.next(coding) != nullptr) {
      return Reason::bad_transfer_encoding;
    }
    if (!ascii::equals_ignoring_case(coding->value(), "chunked"))
      return refuse_coding(coding->value());
    out.framing = Framing::chunked;
    return Reason::none;
  }
  if (length == nullptr) return Reason::none;
  if (out.next(length) != nullptr || !parse_length(length->value(), out.content_length)) {
    return Reason::bad_content_length;
  }
  out.has_content_length = true;
  out.framing = Framing::length;
  return Reason::none;
}

Reason read_connection_fields(RequestHead& out, Arena& /*arena*/) {
  const ConnectionSays says = read_connection(out);
  out.keep_alive = !says.close && (out.minor_version != 0 || says.keep_alive);
  if (const Field* expect = out.find(FieldId::expect);
      expect != nullptr && out.minor_version != 0) {
    if (!ascii::equals_ignoring_case(expect->value(), "100-continue") ||
        out.next(expect) != nullptr) {
      return Reason::expectation_failed;
    }
    out.expect_continue = out.framing != Framing::none;
  }
  const Field* upgrade = says.upgrade ? out.find(FieldId::upgrade) : nullptr;
  if (upgrade == nullptr || out.minor_version == 0) return Reason::none;
  if (!ascii::equals_ignoring_case(upgrade->value(), "websocket"))
    return Reason::none;  // ignored, not passed on
  if (out.method != Method::get || out.framing != Framing::none || out.next(upgrade) != nullptr) {
    return Reason::bad_upgrade;  // RFC 6455 4.1
  }
  out.upgrade_websocket = true;
  return Reason::none;
}

// Copied, not made in place: for that g++ 12 emits `rep stosq`, whose start costs 11 ns of a
// head's 75.
constexpr RequestHead kNothing;

}  // namespace

Parse parse_request(std::string_view bytes, const HeadLimits& limits, Arena& arena,
                    RequestHead& out, HeadScan& scan) {
  out = kNothing;  // nothing of a message before this one
  const std::size_t skip = bytes.starts_with("\r\n") ? 2 : bytes == "\r" ? 1 : 0;
  if (skip == 1) return {};
  bytes.remove_prefix(skip);
  const auto refused = [](Reason reason) { return Parse{Parse::Status::invalid, reason}; };
  const Parse scanned = scan_head(bytes, limits, scan);
  // A malformed request line is refused when it is there, not when the rest of the head is.
  const bool incomplete = scanned.status == Parse::Status::incomplete;
  if (scan.fields != 0 && !(incomplete && scan.first_line_good)) {
    const Reason reason = parse_request_line(bytes.substr(0, scan.fields - 2), arena, out);
    if (reason != Reason::none) return refused(reason);
    scan.first_line_good = true;
  }
  if (incomplete) out = kNothing;  // the bytes may move before the next call
  if (scanned.status != Parse::Status::complete) return scanned;
  if (!parse_fields(bytes, scan, arena, out)) {
    return refused(Reason::bad_header);
  }
  for (auto read : {read_host, read_framing, read_connection_fields}) {
    if (const Reason reason = read(out, arena); reason != Reason::none) return refused(reason);
  }
  if (out.has(FieldId::cookie)) join_cookies(out, arena);
  out.size = static_cast<std::uint32_t>(scan.at + skip);
  return {Parse::Status::complete, Reason::none};
}

}  // namespace gatehouse::http::h1
