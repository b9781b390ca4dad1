#include "snapshot/elsewhere.h"

#include <array>
#include <set>

#include "http/h1/request.h"
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
  std::vector<std::uint8_t> source;
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

// What else than host and path a rule asks for.
Request further(const config::WhenSpec& when) {
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
  // Whoever connects from there without a proxy between is a client from there, too.
  const auto& blocks = when.source_ip.empty() ? when.client_ip : when.source_ip;
  if (!blocks.empty()) {
    const auto& block = blocks[0].value;
    out.source.assign(block.first.begin(), block.first.begin() + (block.v6 ? 16 : 4));
  }
  return out;
}

std::vector<std::string> texts(const std::vector<PatternSpec>& patterns, std::string_view star,
                               std::string otherwise) {
  std::vector<std::string> out;
  for (const auto& pattern : patterns) out.push_back(sample(pattern, star));
  if (patterns.empty()) out.push_back(std::move(otherwise));
  return out;
}

void add_requests(const std::vector<config::RouteSpec>& routes, std::set<Request>& out) {
  out.insert({.host = "any.test", .target = "/", .fields = {}, .source = {}});
  for (const auto& route : routes) {
    const Request like = further(route.when);
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
  Decision(const ListenerView& listener, const Request& request, routing::Scratch& scratch)
      : listener_(listener), arena_(block_.data(), block_.size()) {
    std::string bytes =
        request.method + " " + request.target + " HTTP/1.1\r\nHost: " + request.host + "\r\n";
    for (const auto& field : request.fields) bytes += field + "\r\n";
    bytes_ = bytes + "\r\n";
    http::h1::HeadScan scan;
    const auto parsed = http::h1::parse_request(bytes_, listener.head, arena_, head_, scan);
    if (parsed.status != http::h1::Parse::Status::complete) return;
    const routing::Subject subject{head_, request.source, request.source};
    const auto found = listener.table.match(subject, scratch);
    rule_ = found == routing::kNoRule ? listener.fallback.get() : listener.rules[found].get();
  }

  // Where the request goes, without the rule that says so.
  [[nodiscard]] std::string destination() {
    if (rule_ == nullptr) return "404";
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
  [[nodiscard]] std::string by() const {
    if (rule_ == nullptr) return "";
    return rule_->priority == 0 ? " (default)" : " (rule " + rule_->name + ")";
  }

 private:
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
  std::set<Request> requests;
  add_requests(routes, requests);
  std::vector<Elsewhere> out;
  routing::Scratch scratch;
  for (const auto& listener : after.listeners) {
    const ListenerView* old = listener_named(before, listener->name);
    if (old == nullptr) continue;
    for (const Request& request : requests) {
      Decision was(*old, request, scratch);
      Decision now(*listener, request, scratch);
      const std::string from = was.destination();
      const std::string to = now.destination();
      if (from == to) continue;
      out.push_back({listener->name, request.method,
                     listener->scheme + "://" + request.host + request.target, request.fields,
                     request.source.empty() ? "" : routing::address_text(request.source),
                     from + was.by(), to + now.by()});
    }
  }
  return out;
}

}  // namespace gatehouse::snapshot
