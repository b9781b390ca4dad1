#include "config/format.h"

#include <algorithm>

#include "base/ascii.h"
#include "config/redis_url.h"
#include "config/scalar.h"

// Pieces of patterns.
#define GH_OCTET "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
#define GH_V4 GH_OCTET "(\\." GH_OCTET "){3}"
#define GH_V6 "[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*"
#define GH_PORT "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5]?[0-9]{1,4})"
#define GH_HOST "[A-Za-z0-9._-]*[A-Za-z_-][A-Za-z0-9._-]*"

namespace gatehouse::config {
namespace {

// RFC 9110 5.6.2.
bool is_token(std::string_view text) {
  static constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || kOthers.find(c) != std::string_view::npos;
  });
}

// Empty: none is said.
bool is_media_type(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return text.empty();
  const std::string_view rest = text.substr(slash + 1);
  const std::string_view subtype = rest.substr(0, rest.find_first_of("; "));
  return is_token(text.substr(0, slash)) && is_token(subtype) &&
         std::all_of(rest.begin(), rest.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_method(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

bool is_path(std::string_view text) { return text.starts_with('/'); }

bool is_status(std::string_view text) {
  const auto value = parse_integer(text);
  return text.size() == 3 && value && *value >= 100 && *value <= 599;
}

// "200", "200,204", "200-399".
bool are_statuses(std::string_view text) {
  for (;;) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const auto dash = part.find('-');
    const bool range = dash != std::string_view::npos;
    if (!is_status(part.substr(0, dash)) || (range && !is_status(part.substr(dash + 1))))
      return false;
    if (range && part.substr(0, dash) > part.substr(dash + 1)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool is_rate_key(std::string_view text) {
  if (text == "client_ip" || text == "user" || text == "route") return true;
  for (std::string_view kind : {"header:", "claim:", "value:"}) {
    if (text.starts_with(kind)) return text.size() > kind.size();
  }
  return false;
}

bool is_origin(std::string_view text) {
  if (text == "*" || text == "null") return true;
  const auto colon = text.find("://");
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view host = text.substr(colon + 3);
  return !host.empty() && host.find_first_of("/?#@ ") == std::string_view::npos;
}

bool is_listen_address(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint && endpoint->kind != Endpoint::Kind::name;
}

bool is_admin_address(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint &&
         (endpoint->kind == Endpoint::Kind::ip || endpoint->kind == Endpoint::Kind::unix_path);
}

bool is_target_address(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  return endpoint && endpoint->kind != Endpoint::Kind::systemd &&
         (endpoint->kind == Endpoint::Kind::unix_path || endpoint->port != 0);
}

// policies/([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+.lua: no way out of the folder.
bool is_script(std::string_view text) {
  if (!text.starts_with("policies/") || !text.ends_with(".lua")) return false;
  text.remove_suffix(4);
  return text.find("//") == std::string_view::npos && text.back() != '/' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || c == '-' || c == '/';
         });
}

}  // namespace

// [A-Za-z_][A-Za-z0-9_]*
bool is_variable(std::string_view text) {
  if (text.empty() || ascii::is_digit(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_'; });
}

const Format kRate = {"a rate such as 10/s, 500/min, 1000/hour or 5000/day", is_rate,
                      "^0*[1-9][0-9]*/(s|min|hour|day)$", "10/min"};
const Format kPercent = {"a share such as 50%", is_percent, "^0*(100|[0-9]{1,2})%$", "50%"};
const Format kBlock = {"an address or block such as 10.0.0.0/8 or ::1/128", is_cidr,
                       "^(" GH_V4 "(/(3[0-2]|[12]?[0-9]))?|" GH_V6
                       "(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$",
                       "10.0.0.0/8"};
const Format kProxy = {"an address, a block such as 10.0.0.0/8 or ::1/128, or unix:",
                       [](std::string_view text) { return text == "unix:" || is_cidr(text); },
                       "^(unix:|" GH_V4 "(/(3[0-2]|[12]?[0-9]))?|" GH_V6
                       "(/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))?)$",
                       "10.0.0.0/8"};
const Format kListenAddress = {
    "an address to listen on", is_listen_address,
    "^(unix:.+|systemd:.+|" GH_V4 ":" GH_PORT "|\\[" GH_V6 "\\]:" GH_PORT ")$", "0.0.0.0:8080",
    "such as 0.0.0.0:8080, [::]:8080 or unix:/run/gatehouse.sock"};
const Format kAdminAddress = {
    "an address such as 127.0.0.1:9901 or unix:/run/admin.sock", is_admin_address,
    "^(unix:.+|" GH_V4 ":" GH_PORT "|\\[" GH_V6 "\\]:" GH_PORT ")$", "127.0.0.1:9901"};
const Format kTargetAddress = {
    "an address of a target", is_target_address,
    "^(unix:.+|(" GH_V4 "|" GH_HOST "|\\[" GH_V6 "\\]):" GH_PORT ")$", "127.0.0.1:5001",
    "such as 127.0.0.1:5001, backend.local:80 or unix:/run/backend.sock"};
const Format kName = {"a name: letters, digits, '.', '_' and '-'", is_name,
                      "^[A-Za-z0-9._-]{1,128}$", "api"};
const Format kMethod = {"a method such as GET: capital letters, - and _", is_method,
                        "^[A-Z_-]{1,40}$", "GET"};
const Format kFieldName = {"the name of a header field", is_token, "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
                           "X-User-ID"};
const Format kMediaType = {
    "a media type such as text/html; charset=utf-8", is_media_type,
    "^([!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+([; ][ -~]*)?)?$", "text/plain"};
const Format kVariable = {"the name of an environment variable", is_variable,
                          "^[A-Za-z_][A-Za-z0-9_]*$", "TICKET_SECRET"};
const Format kPath = {"a path: it begins with /", is_path, "^/", "/api/health"};
const Format kStatuses = {"a list of statuses such as 200-399 or 200,204",
                          are_statuses,
                          "^[1-5][0-9]{2}(-[1-5][0-9]{2})?(,[1-5][0-9]{2}(-[1-5][0-9]{2})?)*$",
                          "200-399",
                          {},
                          true};
const Format kRetryOn = {
    "connect_failure or a status such as \"503\"",
    [](std::string_view text) { return text == "connect_failure" || is_status(text); },
    "^(connect_failure|[1-5][0-9]{2})$",
    "connect_failure",
    {},
    true};
const Format kRateKey = {"client_ip, user, route, header:NAME, claim:NAME or value:NAME",
                         is_rate_key, "^(client_ip|user|route|(header|claim|value):.+)$",
                         "client_ip"};
const Format kOrigin = {"an origin such as https://chat.example.com: no path", is_origin,
                        "^(\\*|null|[^:/?#@ ]+://[^/?#@ ]+)$", "https://chat.example.com"};
const Format kRedisUrl = {"an address such as redis://127.0.0.1:6379/0",
                          [](std::string_view text) { return parse_redis_url(text).has_value(); },
                          "^(redis|unix)://", "redis://127.0.0.1:6379/0"};
const Format kHistoryUrl = {"sqlite:FILE or postgresql://HOST/DATABASE",
                            [](std::string_view text) {
                              return (text.starts_with("sqlite:") && text.size() > 7) ||
                                     text.starts_with("postgresql://") ||
                                     text.starts_with("postgres://");
                            },
                            "^(sqlite:.|postgres(ql)?://)", "sqlite:chat.db"};
const Format kRedirectProtocol = {"http, https or #{protocol}",
                                  [](std::string_view text) {
                                    return text == "http" || text == "https" ||
                                           text == "#{protocol}";
                                  },
                                  "^(https?|#\\{protocol\\})$", "https"};
const Format kRedirectPort = {"a port from 1 to 65535, or #{port}",
                              [](std::string_view text) {
                                const auto port = parse_integer(text);
                                return text == "#{port}" || (port && *port >= 1 && *port <= 65535);
                              },
                              "^(0*[1-9][0-9]*|#\\{port\\})$",
                              "8443",
                              {},
                              true};
const Format kScript = {"a Lua file under policies/", is_script,
                        "^policies/([A-Za-z0-9_-]+/)*[A-Za-z0-9_-]+[.]lua$",
                        "policies/api_access.lua"};

}  // namespace gatehouse::config
