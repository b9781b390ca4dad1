// The ALB format.  Source: "Access logs for your Application Load Balancer", AWS documentation.
#include <charconv>
#include <cstring>

#include "observe/access_format.h"
#include "observe/escape.h"

namespace gatehouse::observe {
namespace {

// One line under construction: fields are separated by one space.
class Line {
 public:
  explicit Line(char* out) : at_(out) {}

  void plain(std::string_view text) {
    field([&] { put(text.empty() ? "-" : text); });
  }
  // A value of strangers outside quotes: no space either.
  void bare(std::string_view text) {
    field([&] { text.empty() ? put("-") : escaped(text, "%", false); });
  }
  void quoted(std::string_view text, std::string_view prefix, bool keep_space, bool cut) {
    field([&] {
      *at_++ = '"';
      text.empty() ? put("-") : escaped(text, prefix, keep_space);
      if (cut) put("...");
      *at_++ = '"';
    });
  }
  template <typename Number>
  void number(Number value) {
    field([&] { at_ = std::to_chars(at_, at_ + 24, value).ptr; });
  }
  // Seconds with three decimals, or -1.
  void seconds(std::int64_t us) {
    if (us < 0) return plain("-1");
    field([&] {
      const std::int64_t ms = (us + 500) / 1000;
      at_ = std::to_chars(at_, at_ + 24, ms / 1000).ptr;
      *at_++ = '.';
      for (std::int64_t unit = 100; unit > 0; unit /= 10) {
        *at_++ = static_cast<char>('0' + ms / unit % 10);
      }
    });
  }
  template <typename Write>
  void field(Write write) {
    if (!first_) *at_++ = ' ';
    first_ = false;
    write();
  }
  void put(std::string_view text) {
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void escaped(std::string_view text, std::string_view prefix, bool keep_space) {
    at_ = write_hex_text(at_, text, prefix, keep_space);
  }
  void time(Timestamp& stamp, std::int64_t us) {
    field([&] { at_ = stamp.write(at_, us); });
  }
  [[nodiscard]] char* end() const { return at_; }

 private:
  char* at_;
  bool first_ = true;
};

// The port that a host of this scheme means when it names none; an IPv6 host's colons stand in
// brackets.
std::string_view implied_port(const AccessRecord& r, bool secure) {
  const std::size_t bracket = r.host.rfind(']');
  const std::size_t colon = r.host.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  return has_port ? "" : secure ? ":443" : ":80";
}

void write_request(Line& line, const AccessRecord& r) {
  const bool secure = r.type == AccessType::https || r.type == AccessType::h2 ||
                      r.type == AccessType::grpcs || r.type == AccessType::wss;
  const bool socket = r.type == AccessType::ws || r.type == AccessType::wss;
  line.field([&] {
    line.put("\"");
    if (r.method.empty()) {
      line.put("- - -");  // refused before there was a request line
    } else {
      line.escaped(r.method, "%", false);
      line.put(socket ? (secure ? " wss://" : " ws://") : (secure ? " https://" : " http://"));
      line.escaped(r.host.empty() ? "-" : r.host, "%", false);
      line.put(implied_port(r, secure));
      line.escaped(r.path, "%", false);
      if (!r.query.empty()) line.put("?");
      line.escaped(r.query, "%", false);
      if (r.is_cut(AccessText::path) || r.is_cut(AccessText::query)) line.put("...");
      line.put(" ");
      line.put(word(r.version));
    }
    line.put("\"");
  });
}

std::string_view action(const AccessRecord& r) {
  if (r.reason == Reason::redirected) return "redirect";
  if (r.reason == Reason::responded) return "fixed-response";
  return r.group.empty() ? "" : "forward";
}

std::string_view error_reason(const AccessRecord& r) {
  const bool fine =
      r.reason == Reason::none || r.reason == Reason::redirected || r.reason == Reason::responded;
  return fine ? "" : word(r.reason);
}

// -1 unless the request was handed to a target.
std::int64_t request_processing(const AccessRecord& r) {
  if (r.target.empty() || r.first_byte_us < 0) return -1;
  const auto known = [](std::int64_t us) { return us < 0 ? 0 : us; };
  return known(r.request_head_us) + known(r.pool_wait_us) + known(r.connect_us);
}

void write_status(Line& line, std::uint16_t status) {
  status == 0 ? line.plain("-") : line.number(status);
}

void write_quoted_status(Line& line, std::uint16_t status) {
  char digits[8];
  const char* end = std::to_chars(digits, digits + sizeof digits, status).ptr;
  const auto size = static_cast<std::size_t>(end - digits);
  line.quoted(status == 0 ? std::string_view() : std::string_view(digits, size), "%", false, false);
}

}  // namespace

char* AccessFormatter::write_alb(char* out, const AccessRecord& r) noexcept {
  Line line(out);
  line.plain(word(r.type));
  line.time(time_, r.time + (r.total_us > 0 ? r.total_us : 0));
  line.field([&] {
    line.put("gatehouse/");
    line.escaped(r.listener.empty() ? "-" : r.listener, "%", false);
  });
  line.bare(r.client);
  line.bare(r.target);
  line.seconds(request_processing(r));
  line.seconds(r.target.empty() ? -1 : r.first_byte_us);
  line.seconds(r.target.empty() ? -1 : r.response_us);
  write_status(line, r.status);
  write_status(line, r.target_status);
  line.number(r.received_bytes);
  line.number(r.sent_bytes);
  write_request(line, r);
  line.quoted(r.user_agent, "\\x", true, r.is_cut(AccessText::user_agent));
  line.plain("-");  // ssl_cipher
  line.plain("-");  // ssl_protocol
  line.bare(r.group);
  line.quoted(r.trace_id, "\\x", true, r.is_cut(AccessText::trace_id));
  line.quoted(r.host, "%", false, r.is_cut(AccessText::host));
  line.quoted("", "", false, false);  // chosen_cert_arn
  r.priority < 0 ? line.plain("-") : line.number(r.priority);
  line.time(creation_time_, r.time);
  line.quoted(action(r), "", true, false);
  line.quoted(r.redirect_url, "%", false, r.is_cut(AccessText::redirect_url));
  line.quoted(error_reason(r), "", true, false);
  line.quoted(r.target, "%", false, false);
  write_quoted_status(line, r.target_status);
  line.quoted("", "", false, false);  // classification
  line.quoted("", "", false, false);  // classification_reason
  return line.end();
}

}  // namespace gatehouse::observe
