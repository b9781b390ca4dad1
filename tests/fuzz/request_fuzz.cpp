// room: http
// Whatever parse_request accepts is unambiguous, the same in pieces, and the same again when
// written for a target.
#include <algorithm>
#include <cstddef>

#include "http/accept.h"
#include "http/forwarded.h"
#include "http/h1/request.h"
#include "http/outgoing.h"
#include "invariants.h"

namespace gatehouse::fuzz {
namespace {

using Fed = test::Fed<http::RequestHead>;
using http::Framing;

void check_request_line(const http::RequestHead& head, std::string_view bytes) {
  const std::string_view line = bytes.substr(0, bytes.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.find(' ', first + 1);
  HOLDS(second != std::string_view::npos && line.find(' ', second + 1) == std::string_view::npos);
  HOLDS(line.substr(0, first) == head.method_text && ascii::is_token(head.method_text));
  HOLDS(head.method_text != "CONNECT" && head.method_text != "TRACE");
  HOLDS(line.substr(first + 1, second - first - 1) == head.target);
  for (char c : head.target) HOLDS(c > 0x20 && c < 0x7f && c != '#');
  const std::string_view version = line.substr(second + 1);
  HOLDS(version.size() == 8 && version.substr(0, 7) == "HTTP/1.");
  HOLDS((version[7] == '0') == (head.minor_version == 0));
}

void check_host(const http::RequestHead& head, const std::vector<Line>& lines) {
  const auto hosts = values_of(lines, "host");
  HOLDS(hosts.size() == 1 || (hosts.empty() && head.minor_version == 0));
  if (!head.absolute_form && !hosts.empty()) HOLDS(head.host == hosts[0]);
  const auto* field = head.find(http::FieldId::host);
  if (field != nullptr) HOLDS(field->value() == head.host);
  if (field != nullptr) HOLDS(!field->hop_by_hop() && !head.host.empty());
  const std::string given = hosts.empty() ? "" : hosts[0];
  for (const std::string_view host : {head.host, std::string_view(given)}) {
    HOLDS(host.find_first_of("@/?#\\<>\"%^`{|} \t") == std::string_view::npos);
  }
  HOLDS(head.host.starts_with(head.host_name));
}

// As a proxy would: canonical path, end-to-end fields, framing made anew.
void check_rewritten(const Fed& fed) {
  const auto& head = fed.head;
  std::vector<http::Field> fields(head.fields().begin(), head.fields().end());
  for (auto& field : fields) {
    const bool ours =
        field.id == http::FieldId::content_length || field.id == http::FieldId::expect;
    if (ours || field.hop_by_hop() || field.underscore()) field.drop();
  }
  std::vector<char> to(fed.head.size + head.host.size() + 512);
  const auto text = http::write_request({.head = &head,
                                         .path = head.path,
                                         .fields = fields,
                                         .extra = {},
                                         .framing = head.framing,
                                         .content_length = head.content_length},
                                        to);
  HOLDS(!text.empty());
  if (head.find(http::FieldId::host) == nullptr) return;  // the proxy puts one there
  Fed again;
  test::feed_request(text, {}, {}, again);
  HOLDS(again.complete() && again.head.size == text.size());
  HOLDS(again.head.method_text == head.method_text && again.head.target == [&] {
    return std::string(head.path) + (head.has_query ? "?" + std::string(head.query) : "");
  }());
  HOLDS(again.head.path == head.path && again.head.path.data() == again.head.raw_path.data());
  HOLDS(again.head.host == head.host && again.head.framing == head.framing);
  HOLDS(again.head.content_length == head.content_length);
}

// The proxy moves a head to a larger buffer while a request goes on.
void check_moved(Fed& fed, std::size_t size) {
  const std::string before = test::in_words(fed) + test::fields_in_words(fed.head.fields());
  std::unique_ptr<char[]> moved(new char[size]);
  std::memcpy(moved.get(), fed.bytes.get(), size);
  fed.head.rebase(fed.bytes.get(), moved.get(), size);
  fed.bytes = std::move(moved);
  HOLDS(test::in_words(fed) + test::fields_in_words(fed.head.fields()) == before);
}

// Readers of single fields stay inside them.
void check_readers(const http::RequestHead& head) {
  HOLDS(static_cast<int>(http::preferred_error_type(head)) <= 2);
  for (const auto& field : head.fields()) {
    const std::string_view list = field.value();
    http::rightmost_untrusted(list, [&](std::string_view element) {
      HOLDS(element.empty() || (element.data() >= list.data() &&
                                element.data() + element.size() <= list.data() + list.size()));
      return true;
    });
  }
}

// Several lines of Cookie are one (RFC 9113 8.2.3), where the first stood.
std::vector<Line> with_one_cookie(const http::RequestHead& head, const std::vector<Line>& lines) {
  std::vector<Line> out;
  std::string joined;
  for (const Line& line : lines) {
    const bool cookie = line.name == "cookie";
    if (cookie && !line.value.empty()) joined += (joined.empty() ? "" : "; ") + line.value;
    const auto is_cookie = [](const Line& other) { return other.name == "cookie"; };
    if (!cookie || std::none_of(out.begin(), out.end(), is_cookie)) out.push_back(line);
  }
  const auto* field = head.find(http::FieldId::cookie);
  if (out.size() < lines.size()) HOLDS(field != nullptr && field->value() == joined);
  return out;
}

void check_accepted(const Fed& fed, const http::h1::HeadLimits& limits) {
  const auto& head = fed.head;
  std::string_view bytes(fed.bytes.get(), head.size);
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  const auto lines = lines_of(bytes);
  check_request_line(head, bytes);
  check_fields(head, with_one_cookie(head, lines));
  check_host(head, lines);
  const bool delimited = check_framing(head, lines);
  HOLDS(delimited == (head.framing != Framing::none) && head.framing != Framing::until_close);
  if (head.path != "*") check_path(head.raw_path, head.path, head.match_path, head.path_risk);
  HOLDS(bytes.find("\r\n") <= limits.request_line && lines.size() <= limits.header_count);
  HOLDS(bytes.size() - bytes.find("\r\n") <= limits.headers + 4);
  for (const auto& field : head.fields())
    HOLDS(field.id == http::FieldId::cookie || field.line_size <= limits.header + 2);
  if (head.upgrade_websocket) HOLDS(head.method == http::Method::get && !delimited);
  const auto expects = values_of(lines, "expect");
  if (head.minor_version == 1) HOLDS(expects.empty() || expects.size() == 1);
  check_rewritten(fed);
}

}  // namespace
}  // namespace gatehouse::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  if (size == 0 || size > 4096) return 0;
  const bool narrow = data[0] == '!';  // one input in many has limits that it can pass
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (narrow) input.remove_prefix(1);
  const http::h1::HeadLimits limits =
      narrow
          ? http::h1::HeadLimits{.request_line = 24, .header = 20, .headers = 60, .header_count = 4}
          : http::h1::HeadLimits{};
  fuzz::Fed whole;
  test::feed_request(input, {}, limits, whole);
  const auto cuts = fuzz::cuts_of(input);
  fuzz::Fed pieces;
  test::feed_request(input, cuts, limits, pieces);
  HOLDS(test::in_words(whole) == test::in_words(pieces));
  HOLDS(!whole.complete() ||
        test::fields_in_words(whole.head.fields()) == test::fields_in_words(pieces.head.fields()));
  if (!pieces.complete()) return 0;
  fuzz::check_accepted(pieces, limits);
  fuzz::check_readers(pieces.head);
  fuzz::check_moved(pieces, pieces.head.size);
  fuzz::check_accepted(pieces, limits);
  return 0;
}
