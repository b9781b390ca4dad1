// Actions and rewrites, as an ALB takes them (ALB.md 1.3).
#include <algorithm>

#include "config/compat_alb_parts.h"

namespace gatehouse::config::alb {
namespace {

constexpr std::size_t kMostGroups = 5;
constexpr std::size_t kLongestPart = 128;
constexpr std::size_t kLongestRewrite = 1024;
constexpr std::size_t kLongestBody = 1024;

void check_forward(const ActionSpec& action, Findings& out) {
  if (action.forward.size() > kMostGroups)
    out.say("alb-groups", action.span,
            std::to_string(action.forward.size()) + " target groups in one action",
            "an ALB takes 5");
}

struct Allowed {
  std::string_view part;
  std::string_view keywords;
};
constexpr Allowed kAllowed[] = {
    {"protocol", "#{protocol}"},
    {"host", "#{host}"},
    {"port", "#{port}"},
    {"path", "#{host} #{port} #{path}"},
    {"query", "#{protocol} #{host} #{port} #{path} #{query}"},
};

void check_part(std::string_view part, const std::string& text, const Span& span, Findings& out) {
  out.at_most(kLongestPart, text, span, "a part of the redirect");
  const auto* row = std::find_if(std::begin(kAllowed), std::end(kAllowed),
                                 [&](const Allowed& each) { return each.part == part; });
  for (auto at = text.find("#{"); at != std::string::npos; at = text.find("#{", at + 2)) {
    const std::string keyword = text.substr(at, text.find('}', at) - at + 1);
    if (row->keywords.find(keyword) == std::string_view::npos)
      out.say("alb-keyword", span,
              "an ALB takes no " + keyword + " in the " + std::string(part) + " of a redirect",
              "it takes " + std::string(row->keywords) + " there");
  }
}

// One text, taken apart as a URL is.
void check_url(const Text& url, Findings& out) {
  std::string rest = url.value;
  const auto scheme = rest.find("://");
  if (scheme == std::string::npos)
    return out.say("alb-redirect", url.span, "an ALB redirects to a whole URL",
                   "write #{protocol}://#{host}:#{port} in front");
  check_part("protocol", rest.substr(0, scheme), url.span, out);
  rest.erase(0, scheme + 3);
  const auto query = rest.find('?');
  if (query != std::string::npos) {
    check_part("query", rest.substr(query + 1), url.span, out);
    rest.erase(query);
  }
  const auto path = rest.find('/');
  if (path != std::string::npos) {
    check_part("path", rest.substr(path), url.span, out);
    rest.erase(path);
  }
  const auto colon = rest.rfind(':');
  if (colon != std::string::npos) check_part("port", rest.substr(colon + 1), url.span, out);
  check_part("host", rest.substr(0, colon), url.span, out);
}

bool leads_to_http(const RedirectSpec& redirect) {
  return (redirect.url && redirect.url->value.starts_with("http:")) ||
         (redirect.protocol && redirect.protocol->value == "http");
}

void check_redirect(const ActionSpec& action, const std::string& scheme, Findings& out) {
  const RedirectSpec& redirect = *action.redirect;
  if (redirect.status != 301 && redirect.status != 302)
    out.say("alb-redirect", action.span,
            "a redirect with status " + std::to_string(redirect.status),
            "an ALB takes 301 and 302");
  if (scheme == "https" && leads_to_http(redirect))
    out.say("alb-redirect", action.span, "a redirect from https to http", "an ALB refuses that");
  if (redirect.url) check_url(*redirect.url, out);
  const std::pair<std::string_view, const std::optional<Text>*> parts[] = {
      {"protocol", &redirect.protocol},
      {"host", &redirect.host},
      {"port", &redirect.port},
      {"path", &redirect.path},
      {"query", &redirect.query}};
  for (const auto& [part, text] : parts) {
    if (*text) check_part(part, (*text)->value, (*text)->span, out);
  }
}

void check_respond(const ActionSpec& action, Findings& out) {
  const RespondSpec& respond = *action.respond;
  const std::uint32_t kind = respond.status / 100;
  if (kind != 2 && kind != 4 && kind != 5)
    out.say("alb-respond", action.span, "an answer with status " + std::to_string(respond.status),
            "an ALB takes 2xx, 4xx and 5xx");
  constexpr std::string_view kTypes[] = {"text/plain", "text/css", "text/html",
                                         "application/javascript", "application/json"};
  const std::string type = respond.content_type.substr(0, respond.content_type.find(';'));
  if (!respond.body.empty() &&
      std::find(std::begin(kTypes), std::end(kTypes), type) == std::end(kTypes))
    out.say(
        "alb-respond", action.span, "an answer of the type " + type,
        "an ALB takes text/plain, text/css, text/html, application/javascript, application/json");
  if (respond.body.size() > kLongestBody)
    out.say("alb-respond", action.span,
            "an answer of " + std::to_string(respond.body.size()) + " bytes", "an ALB takes 1024");
}

}  // namespace

void check_action(const ActionSpec& action, const std::string& scheme, Findings& out) {
  check_forward(action, out);
  if (action.redirect) check_redirect(action, scheme, out);
  if (action.respond) check_respond(action, out);
}

void check_rewrite(const RewriteSpec& rewrite, Findings& out) {
  for (const auto* part : {&rewrite.path, &rewrite.host}) {
    if (!*part) continue;
    out.at_most(kLongestRewrite, (*part)->regex.value, (*part)->regex.span, "the expression");
    out.at_most(kLongestRewrite, (*part)->replace.value, (*part)->replace.span, "the replacement");
  }
}

}  // namespace gatehouse::config::alb
