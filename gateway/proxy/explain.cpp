#include "proxy/explain.h"

#include "http/h1/request.h"
#include "proxy/explain_pass.h"
#include "proxy/forwarding_headers.h"
#include "proxy/redirect_parts.h"
#include "proxy/rewrite.h"

namespace gatehouse::proxy {
namespace {

// An exchange that nobody waits for.
class Offline final : public exchange::Exchange {
 public:
  explicit Offline(std::string_view scheme) : scheme_(scheme) {}
  [[nodiscard]] std::string_view scheme() const override { return scheme_; }
  [[nodiscard]] exchange::Ticket ticket() override { return {}; }

 private:
  std::string_view scheme_;
};

bool says_host(const Question& question) {
  for (const auto& field : question.fields) {
    const auto colon = field.find(':');
    if (ascii::equals_ignoring_case(std::string_view(field).substr(0, colon), "host")) return true;
  }
  return false;
}

// "": it has none, and no scheme that says one.
std::string_view port_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos)
    return host.substr(colon + 1);
  return url.starts_with("https://") ? "443" : "80";
}

// The question as it would come from the wire.
Result<std::string> message_of(const Question& question) {
  const auto [host, path] = destination_of(question.url);
  if (path.front() != '/' && path != "*")
    return fail("'" + question.url + "' is no URL", 0, "http://HOST/PATH, or /PATH");
  std::string out = question.method + " " + path + " HTTP/1.1\r\n";
  if (!says_host(question)) out += "Host: " + host + "\r\n";
  for (const auto& field : question.fields) {
    if (field.find(':') == std::string::npos)
      return fail("'" + field + "' is no header", 0, "'Name: value'");
    out += field + "\r\n";
  }
  return out + "\r\n";
}

void try_rules(const snapshot::ListenerView& listener, const routing::Subject& subject,
               Explanation& out) {
  const auto& places = listener.table.places();
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    const snapshot::Rule& rule = *listener.rules[places[i].rule];
    out.rules.push_back(
        {rule.name, rule.priority, routing::first_failure(listener.table.conditions(i), subject)});
  }
}

Reason path_refused(const snapshot::Rule& rule, const http::RequestHead& request) {
  const bool passes =
      request.path_risk == http::PathRisk::none || rule.raw_path ||
      (request.path_risk == http::PathRisk::encoded_slash && rule.keep_encoded_slash);
  return passes ? Reason::none : Reason::bad_path;
}

void act(const snapshot::ListenerView& listener, Offline& x, Explanation& out) {
  const snapshot::Rule& rule = *out.rule;
  out.refused = path_refused(rule, x.request);
  if (out.refused != Reason::none) return;
  x.upstream_path = rule.raw_path ? x.request.raw_path : x.request.path;
  Random random(1);
  if (!start_upstream_head(x, listener, 0, random)) {
    out.refused = Reason::loop_detected;
    return;
  }
  if (rule.protects != nullptr) drop_protected(x, *rule.protects);
  if (rule.rewrites != nullptr && !apply_rewrites(x, rule)) {
    out.refused = Reason::rewrite_failed;
    return;
  }
  if (const auto* redirect = rule.action.as<snapshot::Redirect>()) {
    out.status = redirect->status;
    out.location = redirect->url.render(url_parts(x.request, listener, x.upstream_path), x.arena);
  } else if (const auto* respond = rule.action.as<snapshot::Respond>()) {
    out.status = respond->status;
  } else if (rule.action.as<snapshot::Serve>() != nullptr) {
    out.handler = rule.chain->handler()->name();
  } else {
    for (const auto& to : rule.action.as<snapshot::Forward>()->groups)
      out.groups.emplace_back(to.group, to.weight);
    if (const auto host = x.upstream.get("Host")) out.upstream_host = *host;
    out.upstream_target = x.upstream_path;
    if (x.request.has_query) out.upstream_target += "?" + std::string(x.request.query);
  }
}

}  // namespace

Destination destination_of(std::string_view url) {
  std::string_view target = url;
  std::string_view host = "localhost";
  if (const auto scheme = target.find("://"); scheme != std::string_view::npos) {
    target.remove_prefix(scheme + 3);
    const auto end = std::min(target.find_first_of("/?"), target.size());
    host = target.substr(0, end);
    target.remove_prefix(end);
  }
  std::string path(target.substr(0, target.find('#')));
  if (path.empty() || path.front() == '?') path.insert(path.begin(), '/');
  return {std::string(host), std::move(path)};
}

const snapshot::ListenerView* listener_of(const snapshot::Snapshot& snapshot, std::string_view name,
                                          std::string_view url) {
  const std::string_view port = name.empty() ? port_of(url) : std::string_view();
  for (const auto& view : snapshot.listeners) {
    if (name.empty() ? !port.empty() && view->port == port : view->name == name) return view.get();
  }
  return name.empty() && !snapshot.listeners.empty() ? snapshot.listeners.front().get() : nullptr;
}

Result<std::string> pass_for(const snapshot::Snapshot& snapshot,
                             const snapshot::ListenerView& listener, const Question& question,
                             std::int64_t expiry) {
  if (!snapshot.explain_signer)
    return fail("sign: the file has no secrets.cookies", 0,
                "the first of `secrets: {cookies: [...]}` signs");
  const auto message = message_of(question);
  if (!message) return tl::make_unexpected(message.error());
  Offline x(listener.scheme);
  http::h1::HeadScan scan;
  const auto parsed = http::h1::parse_request(*message, listener.head, x.arena, x.request, scan);
  if (parsed.status != http::h1::Parse::Status::complete)
    return fail("sign: '" + question.method + " " + question.url + "' is no valid request");
  return explain_pass(*snapshot.explain_signer, x.request, expiry);
}

Result<Explanation> explain(const snapshot::Snapshot& snapshot,
                            const snapshot::ListenerView& listener, const Question& question) {
  const auto message = message_of(question);
  if (!message) return tl::make_unexpected(message.error());
  const auto peer = net::IpAddress::parse(question.source_ip);
  if (!peer) return fail("'" + question.source_ip + "' is no IP address");
  Offline x(listener.scheme);
  Explanation out;
  x.peer = *peer;
  http::h1::HeadScan scan;
  const auto parsed = http::h1::parse_request(*message, listener.head, x.arena, x.request, scan);
  if (parsed.status != http::h1::Parse::Status::complete) {
    out.refused = parsed.reason == Reason::none ? Reason::bad_request : parsed.reason;
    return out;
  }
  Random random(1);
  identify(x, random, snapshot.trusted_proxies);
  const routing::Subject subject{x.request, x.peer.significant(), x.client.significant()};
  out.host = x.request.host_name;
  out.path = x.request.match_path;
  out.method = routing::matched_method(x.request);
  out.client_ip = x.client.ip_text();
  try_rules(listener, subject, out);
  routing::Scratch scratch;
  const std::uint32_t found = listener.table.match(subject, scratch);
  out.rule = found == routing::kNoRule ? listener.fallback.get() : listener.rules[found].get();
  if (out.rule == nullptr) {
    out.refused = Reason::no_rule;
  } else {
    act(listener, x, out);
    if (out.rule->chain != nullptr) {
      out.steps = plugin::steps_by_phase(*out.rule->chain);
      x.rule = out.rule->name;
      x.generation = snapshot.generation;
      out.would = explain_steps(*out.rule->chain, x, out.refused == Reason::none);
    }
  }
  return out;
}

}  // namespace gatehouse::proxy
