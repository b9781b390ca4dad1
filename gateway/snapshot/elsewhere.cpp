#include "snapshot/elsewhere.h"

#include <array>
#include <set>

#include "config/scalar.h"
#include "http/h1/request.h"
#include "routing/cidr_index.h"
#include "routing/explain.h"
#include "routing/regex_sample.h"

namespace gatehouse::snapshot {
namespace {

using config::PatternSpec;

struct Request {
  std::string host;
  std::string target;
  std::string method = "GET";
  std::vector<std::string> fields;
  std::vector<std::uint8_t> source = {127, 0, 0, 1};  // as `explain` has it where nothing is said
  std::vector<std::uint8_t> forwarded = {};           // for whom a trusted proxy sends it
  auto operator<=>(const Request&) const = default;
};

// The shortest text that a pattern matches; `star` is what one stands for.
std::string least(std::string_view pattern, std::string_view star) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool escaped = pattern[i] == '\\' && i + 1 < pattern.size() &&
                         (pattern[i + 1] == '*' || pattern[i + 1] == '?');
    if (escaped) {
      out += pattern[++i];
    } else if (pattern[i] == '*') {
      out += star;
    } else {
      out += pattern[i] == '?' ? 'x' : pattern[i];
    }
  }
  return out;
}

// A text that the pattern or the expression matches.
std::string sample(const PatternSpec& pattern, std::string_view star) {
  return pattern.regex ? routing::regex_sample(pattern.value) : least(pattern.value, star);
}

using config::AddressBlock;

std::vector<std::uint8_t> first_of(const AddressBlock& block) {
  return {block.first.begin(), block.first.begin() + (block.v6 ? 16 : 4)};
}

// An address in both; nothing: they have none.
std::optional<std::vector<std::uint8_t>> in_both(const AddressBlock& a, const AddressBlock& b) {
  const AddressBlock& inner = a.bits < b.bits ? b : a;
  const AddressBlock& outer = a.bits < b.bits ? a : b;
  if (!routing::contains(outer, first_of(inner))) return std::nullopt;
  return first_of(inner);
}

// Whom a request comes from that a rule with both conditions takes: a client without a proxy
// between, or a trusted proxy.
void choose_addresses(const config::WhenSpec& when, const std::vector<AddressBlock>& proxies,
                      Request& out) {
  const auto& sources = when.source_ip.empty() ? when.client_ip : when.source_ip;
  if (sources.empty()) return;
  out.source = first_of(sources[0].value);
  if (when.client_ip.empty()) return;
  for (const auto& source : sources) {
    for (const auto& client : when.client_ip) {
      const auto both = in_both(source.value, client.value);
      if (both) out.source = *both;
      if (both) return;
    }
  }
  for (const auto& source : sources) {
    for (const auto& proxy : proxies) {
      const auto both = in_both(source.value, proxy);
      if (!both) continue;
      out.source = *both;
      out.forwarded = first_of(when.client_ip[0].value);
      return out.fields.push_back("X-Forwarded-For: " + routing::address_text(out.forwarded));
    }
  }
}

// What else than host and path a rule asks for.
Request further(const config::WhenSpec& when, const std::vector<AddressBlock>& proxies) {
  Request out;
  if (!when.method.empty()) out.method = when.method[0].value;
  for (const auto& names : when.header)
    out.fields.push_back(names[0].name.value + ": " + sample(names[0].values[0], ""));
  for (const auto& names : when.query) {
    const std::string key = names[0].name.value == "any" ? "x" : least(names[0].name.value, "x");
    out.target += out.target.empty() ? '?' : '&';
    out.target += key;
    out.target += '=';
    out.target += sample(names[0].values[0], "");
  }
  choose_addresses(when, proxies, out);
  return out;
}

std::vector<std::string> texts(const std::vector<PatternSpec>& patterns, std::string_view star,
                               std::string otherwise) {
  std::vector<std::string> out;
  for (const auto& pattern : patterns) out.push_back(sample(pattern, star));
  if (patterns.empty()) out.push_back(std::move(otherwise));
  return out;
}

void add_requests(const std::vector<config::RouteSpec>& routes,
                  const std::vector<AddressBlock>& proxies, std::set<Request>& out) {
  out.insert({.host = "any.test", .target = "/", .fields = {}});
  for (const auto& route : routes) {
    const Request like = further(route.when, proxies);
    for (const auto& host : texts(route.when.host, "x", "any.test")) {
      for (const auto& path : texts(route.when.path, "", "/")) {
        Request request = like;
        request.host = host;
        request.target = (path.starts_with('/') ? path : "/" + path) + like.target;
        out.insert(std::move(request));
      }
    }
  }
}

// A listener and what it decides about one request.
class Decision {
 public:
  Decision(const Snapshot& snapshot, const ListenerView& listener, const Request& request,
           routing::Scratch& scratch)
      : listener_(listener), arena_(block_.data(), block_.size()) {
    std::string bytes =
        request.method + " " + request.target + " HTTP/1.1\r\nHost: " + request.host + "\r\n";
    for (const auto& field : request.fields) bytes += field + "\r\n";
    bytes_ = bytes + "\r\n";
    http::h1::HeadScan scan;
    const auto parsed = http::h1::parse_request(bytes_, listener.head, arena_, head_, scan);
    if (parsed.status != http::h1::Parse::Status::complete) return;
    const auto peer = net::IpAddress::parse(routing::address_text(request.source));
    const bool forwarded =
        !request.forwarded.empty() && peer && snapshot.trusted_proxies.contains(*peer);
    const routing::Subject subject{head_, request.source,
                                   forwarded ? request.forwarded : request.source};
    const auto found = listener.table.match(subject, scratch);
    rule_ = found == routing::kNoRule ? listener.fallback.get() : listener.rules[found].get();
  }

  // Where the request goes and which steps it passes on its way, without the rule that says so.
  [[nodiscard]] std::string destination() {
    if (rule_ == nullptr) return "404";
    std::string steps;
    if (rule_->chain != nullptr) {
      for (const auto& step : rule_->chain->steps())
        steps.append(steps.empty() ? " through " : ", ").append(step->name());
    }
    return action() + steps;
  }
  [[nodiscard]] std::string by() const {
    if (rule_ == nullptr) return "";
    return rule_->priority == 0 ? " (default)" : " (rule " + rule_->name + ")";
  }

 private:
  std::string action() {
    if (const auto* forward = rule_->action.as<Forward>()) {
      std::string out;
      for (const auto& to : forward->groups) {
        out += (out.empty() ? "" : " ") + to.group;
        if (forward->groups.size() > 1) out += ":" + std::to_string(to.weight);
      }
      return out;
    }
    if (const auto* redirect = rule_->action.as<Redirect>()) {
      const auto url = redirect->url.render(
          {listener_.scheme, head_.host_name, listener_.port, head_.path, head_.query}, arena_);
      return "redirect " + std::to_string(redirect->status) + " to " + std::string(url);
    }
    if (rule_->action.as<Serve>() != nullptr)
      return "handler " + std::string(rule_->chain->handler()->name());
    return "respond " + std::to_string(rule_->action.as<Respond>()->status);
  }
  const ListenerView& listener_;
  std::array<std::byte, 4096> block_{};
  Arena arena_;
  std::string bytes_;
  http::RequestHead head_;
  const Rule* rule_ = nullptr;
};

const ListenerView* listener_named(const Snapshot& snapshot, const std::string& name) {
  for (const auto& listener : snapshot.listeners) {
    if (listener->name == name) return listener.get();
  }
  return nullptr;
}

}  // namespace

std::vector<Elsewhere> elsewhere(const Snapshot& before, const Snapshot& after,
                                 const std::vector<config::RouteSpec>& routes) {
  std::vector<AddressBlock> proxies;
  for (const auto* snapshot : {&before, &after}) {
    for (const auto& proxy : snapshot->spec.trusted_proxies) {
      if (const auto block = config::parse_block(proxy.value)) proxies.push_back(*block);
    }
  }
  std::set<Request> requests;
  add_requests(routes, proxies, requests);
  std::vector<Elsewhere> out;
  routing::Scratch scratch;
  for (const auto& listener : after.listeners) {
    const ListenerView* old = listener_named(before, listener->name);
    if (old == nullptr) continue;
    for (const Request& request : requests) {
      Decision was(before, *old, request, scratch);
      Decision now(after, *listener, request, scratch);
      const std::string from = was.destination();
      const std::string to = now.destination();
      if (from == to) continue;
      out.push_back(
          {listener->name, request.method, listener->scheme + "://" + request.host + request.target,
           request.fields,
           request.source == Request().source ? "" : routing::address_text(request.source),
           from + was.by(), to + now.by()});
    }
  }
  return out;
}

}  // namespace gatehouse::snapshot
