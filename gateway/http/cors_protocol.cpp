#include "http/cors_protocol.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace gatehouse::http::cors {
namespace {

using ascii::equals_ignoring_case;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ascii::lower);
  return out;
}

template <typename List>
bool has_name(const List& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](std::string_view known) { return equals_ignoring_case(known, name); });
}
bool has_exactly(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Several lines of one name are one value (2.2.2, "get").
std::optional<std::string> value_of(const Fields& fields, std::string_view name) {
  std::optional<std::string> out;
  for (const auto& [known, value] : fields) {
    if (equals_ignoring_case(known, name)) out = out ? *out + ", " + value : value;
  }
  return out;
}
std::optional<std::vector<std::string>> list_of(const Fields& fields, std::string_view name) {
  const auto value = value_of(fields, name);
  if (!value) return std::nullopt;
  std::vector<std::string> out;
  for (std::string_view rest = *value; !rest.empty();) {
    const auto end = std::min(rest.find(','), rest.size());
    if (const auto word = ascii::trim(rest.substr(0, end)); !word.empty()) out.emplace_back(word);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

// 2.2.2, "CORS-unsafe request-header byte".
bool is_unsafe_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f ||
         std::string_view("\"():<>?@[\\]{}").find(c) != std::string_view::npos;
}
bool has_unsafe_byte(std::string_view value) {
  return std::any_of(value.begin(), value.end(), is_unsafe_byte);
}

bool is_language_list(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) ||
           std::string_view(" *,-.;=").find(c) != std::string_view::npos;
  });
}

bool is_form_type(std::string_view value) {
  const std::string_view essence = ascii::trim(value.substr(0, value.find(';')));
  constexpr std::array<std::string_view, 3> kForms = {"application/x-www-form-urlencoded",
                                                      "multipart/form-data", "text/plain"};
  return !has_unsafe_byte(value) && has_name(kForms, essence);
}

// "bytes=0-" or "bytes=0-99".
bool is_simple_range(std::string_view value) {
  if (!value.starts_with("bytes=")) return false;
  value.remove_prefix(6);
  const auto dash = value.find('-');
  if (dash == 0 || dash == std::string_view::npos) return false;
  const auto digits = [](std::string_view text) {
    return std::all_of(text.begin(), text.end(), ascii::is_digit);
  };
  return digits(value.substr(0, dash)) && digits(value.substr(dash + 1));
}

std::string said(std::string_view name, const std::optional<std::string>& value) {
  return std::string(name) + (value ? " is " + *value : " is not there");
}

constexpr std::string_view kOrigin = "Access-Control-Allow-Origin";
constexpr std::string_view kCredentials = "Access-Control-Allow-Credentials";
constexpr std::string_view kMethods = "Access-Control-Allow-Methods";
constexpr std::string_view kHeaders = "Access-Control-Allow-Headers";

Check check_method(const Fetch& fetch, const Fields& answer) {
  if (is_safelisted_method(fetch.method)) return {true, fetch.method + " needs no permission"};
  const auto methods = list_of(answer, kMethods);
  if (!methods || methods->empty()) return {false, said(kMethods, {})};
  if (has_exactly(*methods, fetch.method)) return {true, "it allows " + fetch.method};
  const std::string list = said(kMethods, value_of(answer, kMethods));
  if (!has_exactly(*methods, "*")) {
    const std::string how = has_name(*methods, fetch.method) ? ", and case counts" : "";
    return {false, list + ", " + fetch.method + " is not among them" + how};
  }
  if (!fetch.credentials) return {true, "it allows every method"};
  return {false, list + ", which is a name like others when cookies go along"};
}

Check check_field(const Fetch& fetch, const Fields& answer, const std::string& name) {
  const auto names = list_of(answer, kHeaders).value_or(std::vector<std::string>());
  if (has_name(names, name)) return {true, "it allows the header " + name};
  const std::string list = said(kHeaders, value_of(answer, kHeaders));
  if (!has_exactly(names, "*")) return {false, list + ", " + name + " is not among them"};
  if (name == "authorization")
    return {false, list + ", which by the standard does not stand for authorization"};
  if (!fetch.credentials) return {true, "it allows the header " + name};
  return {false, list + ", which is a name like others when cookies go along"};
}

}  // namespace

std::string normalised_method(std::string_view method) {
  for (const std::string_view known : {"DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"}) {
    if (equals_ignoring_case(known, method)) return std::string(known);
  }
  return std::string(method);
}

bool is_safelisted_method(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "POST";
}

bool is_forbidden_field(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 22> kForbidden = {"accept-charset",
                                                           "accept-encoding",
                                                           "access-control-request-headers",
                                                           "access-control-request-method",
                                                           "access-control-request-private-network",
                                                           "connection",
                                                           "content-length",
                                                           "cookie",
                                                           "cookie2",
                                                           "date",
                                                           "dnt",
                                                           "expect",
                                                           "host",
                                                           "keep-alive",
                                                           "origin",
                                                           "referer",
                                                           "set-cookie",
                                                           "te",
                                                           "trailer",
                                                           "transfer-encoding",
                                                           "upgrade",
                                                           "via"};
  const std::string low = lowered(name);
  if (has_name(kForbidden, low) || low.starts_with("proxy-") || low.starts_with("sec-"))
    return true;
  if (low != "x-http-method" && low != "x-http-method-override" && low != "x-method-override")
    return false;
  const auto methods = list_of({{low, std::string(value)}}, low);
  return std::any_of(methods->begin(), methods->end(), [](const std::string& method) {
    return has_name(std::array<std::string_view, 3>{"connect", "trace", "track"}, method);
  });
}

bool is_safelisted_field(std::string_view name, std::string_view value) {
  constexpr std::size_t kLongest = 128;
  if (value.size() > kLongest) return false;
  const std::string low = lowered(name);
  if (low == "accept") return !has_unsafe_byte(value);
  if (low == "accept-language" || low == "content-language") return is_language_list(value);
  if (low == "content-type") return is_form_type(value);
  return low == "range" && is_simple_range(value);
}

std::vector<std::string> unsafe_names(const Fields& fields) {
  constexpr std::size_t kLongestTogether = 1024;
  std::size_t together = 0;
  std::vector<std::string> out, safe;
  for (const auto& [name, value] : fields) {
    if (is_forbidden_field(name, value)) continue;
    const bool is_safe = is_safelisted_field(name, value);
    (is_safe ? safe : out).push_back(lowered(name));
    if (is_safe) together += value.size();
  }
  if (together > kLongestTogether) out.insert(out.end(), safe.begin(), safe.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<Check> check_answer(const Fetch& fetch, const Fields& answer) {
  const auto origin = value_of(answer, kOrigin);
  if (!origin) return {{false, said(kOrigin, origin)}};
  if (*origin == "*" && !fetch.credentials) return {{true, said(kOrigin, origin)}};
  if (*origin == "*") return {{false, said(kOrigin, origin) + ", which is not enough for cookies"}};
  if (*origin != fetch.origin)
    return {{false, said(kOrigin, origin) + ", the page is of " + fetch.origin}};
  std::vector<Check> out = {{true, said(kOrigin, origin)}};
  if (!fetch.credentials) return out;
  const auto credentials = value_of(answer, kCredentials);
  out.push_back({credentials == "true", said(kCredentials, credentials)});
  return out;
}

std::vector<Check> check_preflight(const Fetch& fetch, unsigned status, const Fields& answer) {
  std::vector<Check> out = check_answer(fetch, answer);
  const auto ends = [&] { return !out.back().holds; };
  if (ends()) return out;
  const bool ok = status >= 200 && status <= 299;
  out.push_back({ok, "the status is " + std::to_string(status) +
                         (ok ? std::string() : ", 200 to 299 is wanted")});
  if (ends()) return out;
  out.push_back(check_method(fetch, answer));
  for (const auto& name : unsafe_names(fetch.fields)) {
    if (ends()) return out;
    out.push_back(check_field(fetch, answer, name));
  }
  return out;
}

std::vector<std::string> readable_fields(const Fetch& fetch, const Fields& answer) {
  const auto exposed = list_of(answer, "Access-Control-Expose-Headers");
  if (exposed && has_exactly(*exposed, "*") && !fetch.credentials) return {"*"};
  std::vector<std::string> out = {"Cache-Control", "Content-Language", "Content-Length",
                                  "Content-Type",  "Expires",          "Last-Modified",
                                  "Pragma"};
  if (exposed) out.insert(out.end(), exposed->begin(), exposed->end());
  return out;
}

}  // namespace gatehouse::http::cors
