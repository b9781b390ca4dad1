#include "rehearsal/ask.h"

#include <algorithm>
#include <vector>

#include "base/ascii.h"
#include "config/diagnostic.h"
#include "proxy/explain.h"

namespace gatehouse::rehearsal {
namespace {

bool has_field(const Fields& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
    return ascii::equals_ignoring_case(field.first, name);
  });
}

void add_field(Fields& out, const std::string& name, const Json& value) {
  std::string text = text_of(value, "the header " + name);
  if (!ascii::is_token(name) ||
      text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    throw Mistake("'" + name + ": " + text + "' is no header");
  out.emplace_back(name, std::move(text));
}

// Headers by name; of a list each.
Fields fields_of(const Json& said) {
  Fields out;
  const auto headers = said.find("headers");
  if (headers == said.end()) return out;
  if (!headers->is_object() && !headers->empty()) throw Mistake("`headers` is a map of names");
  for (const auto& [name, value] : headers->items()) {
    if (!value.is_array()) {
      add_field(out, name, value);
    } else {
      for (const auto& one : value) add_field(out, name, one);
    }
  }
  return out;
}

// The body that `body` or `json` says; a type for it if there is none.
std::string body_of(const Json& said, Fields& fields) {
  const auto json = said.find("json");
  if (json == said.end()) return text_of(said, "body", "");
  if (!has_field(fields, "Content-Type")) fields.emplace_back("Content-Type", "application/json");
  return json->dump();
}

// Throws Mistake.
proxy::Destination taken_apart(const std::string& url) {
  proxy::Destination out = proxy::destination_of(url);
  if (out.target.front() != '/' || out.target.find_first_of(" \r\n") != std::string::npos)
    throw Mistake("'" + url + "' is no URL: http://HOST/PATH, or /PATH");
  return out;
}

std::string cookies_of(const Json& said) {
  std::string out;
  for (const auto& [name, value] : said.items()) {
    if (!out.empty()) out += "; ";
    out.append(name).append("=").append(text_of(value, "the cookie " + name));
  }
  return out;
}

}  // namespace

void only_keys(const Json& said, std::string_view what,
               std::initializer_list<std::string_view> known) {
  if (said.is_array() && said.empty()) return;  // Lua's empty table
  if (!said.is_object()) throw Mistake(std::string(what) + " is a map of keys");
  for (const auto& [key, value] : said.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const auto meant = config::nearest(key, {known.begin(), known.end()});
    throw Mistake(std::string(what) + " has no key '" + key + "'" +
                  (meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?"));
  }
}

std::string text_of(const Json& value, std::string_view what) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  throw Mistake(std::string(what) + " is no text");
}

std::string text_of(const Json& said, std::string_view key, std::string_view initial) {
  const auto at = said.find(key);
  return at == said.end() ? std::string(initial) : text_of(*at, "`" + std::string(key) + "`");
}

Ask ask_of(const Json& said) {
  only_keys(said, "a request",
            {"method", "url", "headers", "cookies", "body", "json", "ip", "listener", "identity"});
  Fields fields = fields_of(said);
  const std::string body = body_of(said, fields);
  const std::string method = text_of(said, "method", body.empty() ? "GET" : "POST");
  if (!ascii::is_token(method)) throw Mistake("'" + method + "' is no method");
  Ask out;
  out.url = text_of(said, "url", "/");
  const auto [host, target] = taken_apart(out.url);
  out.head_request = method == "HEAD";
  out.bytes = method + ' ' + target + " HTTP/1.1\r\n";
  if (!has_field(fields, "Host")) out.bytes += "Host: " + host + "\r\n";
  for (const auto& [name, value] : fields)
    out.bytes.append(name).append(": ").append(value).append("\r\n");
  if (said.contains("cookies")) out.bytes += "Cookie: " + cookies_of(said["cookies"]) + "\r\n";
  if (!body.empty() && !has_field(fields, "Content-Length"))
    out.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  out.bytes += "\r\n" + body;
  const std::string ip = text_of(said, "ip", "192.0.2.1");
  const auto source = net::IpAddress::parse(ip);
  if (!source) throw Mistake("'" + ip + "' is no address");
  out.source = *source;
  out.source.port = 40'000;
  out.listener = text_of(said, "listener", "");
  if (said.contains("identity")) out.identity = said["identity"];
  return out;
}

Message answer_of(const Json& said) {
  Message out;
  out.fields = fields_of(said);
  out.body = body_of(said, out.fields);
  const std::string status = text_of(said, "status", "200");
  const bool good = status.size() == 3 && status >= "200" && status <= "599" &&
                    status.find_first_not_of("0123456789") == std::string::npos;
  if (!good) throw Mistake("'" + status + "' is no status of an answer");
  out.status = static_cast<unsigned>(std::stoi(status));
  return out;
}

}  // namespace gatehouse::rehearsal
