#include "challenge.h"

#include <algorithm>
#include <charconv>

#include "ascii.h"

namespace auth {
namespace {

std::string_view value_of(const Asked& asked, std::string_view name) {
  for (const auto& line : asked.headers) {
    if (equals(line.name, name)) return line.value;
  }
  return {};
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// How much a type is wanted, in thousandths (RFC 9110 12.5.1).
int quality_of(std::string_view range) {
  const std::size_t at = range.find("q=");
  if (at == std::string_view::npos) return 1000;
  double quality = 0;
  std::from_chars(range.data() + at + 2, range.data() + range.size(), quality);
  return static_cast<int>(std::clamp(quality, 0.0, 1.0) * 1000);
}

bool prefers_html(std::string_view accept) {
  int html = 0;
  int other = 0;
  while (!accept.empty()) {
    const std::size_t end = std::min(accept.find(','), accept.size());
    const std::string_view range = accept.substr(0, end);
    const std::string_view type = trimmed(range.substr(0, range.find(';')));
    int& best = equals(type, "text/html") || equals(type, "application/xhtml+xml") ? html : other;
    best = std::max(best, quality_of(range));
    accept.remove_prefix(std::min(end + 1, accept.size()));
  }
  return html > 0 && html >= other;
}

// A path of our own, or "/" (RFC 3986 4.2: "//" begins with an authority).
std::string_view return_path(std::string_view target) {
  const bool own = target.starts_with('/') && !target.starts_with("//") &&
                   std::all_of(target.begin(), target.end(),
                               [](char c) { return c > 0x20 && c < 0x7f && c != '\\'; });
  return own ? target : "/";
}

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    out += '%';
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string_view title_of(std::uint16_t status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 503:
      return "Service Unavailable";
    default:
      return "Unauthorized";
  }
}

std::string problem(const Refusal& refusal, std::string_view login) {
  std::string out = R"({"type":"about:blank","title":")";
  (out += title_of(refusal.status)) += R"(","status":)" + std::to_string(refusal.status);
  if (!refusal.error.empty()) ((out += R"(,"error":")") += refusal.error) += '"';
  if (!login.empty() && refusal.status == 401) ((out += R"(,"login_url":")") += login) += '"';
  return out + "}\n";
}

}  // namespace

bool is_navigation(const Asked& asked) {
  if (asked.by_program || asked.is_upgrade || (asked.method != "GET" && asked.method != "HEAD"))
    return false;
  if (!value_of(asked, "RSC").empty() || !value_of(asked, "Next-Action").empty()) return false;
  const std::string_view mode = value_of(asked, "Sec-Fetch-Mode");
  if (!mode.empty()) {
    const std::string_view destination = value_of(asked, "Sec-Fetch-Dest");
    return mode == "navigate" && (destination.empty() || destination == "document");
  }
  return value_of(asked, "X-Requested-With").empty() && prefers_html(value_of(asked, "Accept"));
}

Answer answer_for(const Refusal& refusal, const Asked& asked, std::string_view login) {
  Answer out;
  out.status = refusal.status;
  out.headers.emplace_back("Cache-Control", "no-store");
  out.headers.emplace_back("Vary", "Cookie, Authorization");
  if (refusal.status == 401 && !login.empty() && is_navigation(asked)) {
    out.status = 302;
    const char separator = login.find('?') == std::string_view::npos ? '?' : '&';
    out.headers.emplace_back("Location", std::string(login) + separator +
                                             "callbackUrl=" + escaped(return_path(asked.target)));
    return out;
  }
  if (refusal.status == 503) {
    out.headers.emplace_back("Retry-After", "5");
  } else if (refusal.status != 403 || !refusal.error.empty()) {
    std::string challenge = "Bearer realm=\"gatehouse\"";
    if (!refusal.error.empty()) ((challenge += ", error=\"") += refusal.error) += '"';
    out.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  }
  out.content_type = "application/problem+json";
  out.body = problem(refusal, login);
  return out;
}

}  // namespace auth
