#include "policy/disagreements.h"

#include <algorithm>

#include "observe/secret_name.h"

namespace gatehouse::policy {
namespace {

using observe::kRedacted;
using observe::names_secret;

constexpr std::size_t kMostText = 4096;  // of a value; a longer one is left out

// "a=1&token=redacted"
std::string without_secrets(std::string_view query, std::vector<std::string>& left_out) {
  std::string out;
  while (true) {
    const auto end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const auto equals = pair.find('=');
    const std::string_view name = pair.substr(0, equals);
    // A name in escapes is not looked through.
    const bool hidden = names_secret(name) || name.find('%') != std::string_view::npos;
    if (equals != std::string_view::npos && hidden) {
      out.append(name).append("=").append(kRedacted);
      left_out.push_back("query " + std::string(name));
    } else {
      out.append(pair);
    }
    if (end == std::string_view::npos) return out;
    out += '&';
    query.remove_prefix(end + 1);
  }
}

// Names of cookies and the scheme of an authorization stay.
std::string redacted(const http::Field& field) {
  const std::string_view value = field.value();
  if (field.id == http::FieldId::authorization && value.find(' ') != std::string_view::npos)
    return std::string(value.substr(0, value.find(' ') + 1)).append(kRedacted);
  if (field.id != http::FieldId::cookie) return std::string(kRedacted);
  std::string out;
  for (std::string_view rest = value; !rest.empty();) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    out.append(out.empty() ? "" : "; ").append(pair.substr(0, equals + 1)).append(kRedacted);
  }
  return out;
}

// What a test says otherwise, or what only a connection has.
bool belongs_to_wire(const http::Field& field) {
  using enum http::FieldId;
  return field.hop_by_hop() || field.id == host || field.id == content_length ||
         field.id == expect || field.id == x_gatehouse_explain;
}

void take_headers(const exchange::Exchange& x, Disagreement& out) {
  for (const auto& field : x.request.fields()) {
    if (belongs_to_wire(field)) continue;
    const bool secret = names_secret(field.name());
    if (secret || field.value().size() > kMostText)
      out.left_out.push_back("header " + std::string(field.name()));
    out.headers.emplace_back(field.name(), secret ? redacted(field)
                                           : field.value().size() > kMostText
                                               ? std::string(kRedacted)
                                               : std::string(field.value()));
  }
}

void take_identity(const exchange::Exchange& x, Disagreement& out) {
  const exchange::Identity* identity = x.space->identity;
  if (identity == nullptr) return;
  out.has_identity = true;
  out.id = identity->id;
  out.email = identity->email;
  out.found_by = identity->method;
  out.roles.assign(identity->roles.begin(), identity->roles.end());
  for (const auto* value = x.space->values; value != nullptr; value = value->next) {
    if (value->name == "claims" && value->text.size() <= kMostText) out.claims = value->text;
  }
}

std::size_t size_of(const Disagreement& one) {
  std::size_t out = one.url.size() + one.claims.size() + one.id.size() + one.email.size();
  for (const auto& [name, value] : one.headers) out += name.size() + value.size();
  for (const auto& role : one.roles) out += role.size();
  for (const auto& each : one.heard) out += each.path.size() + each.body.size();
  return out;
}

bool alike(const Disagreement& a, const Disagreement& b) {
  return a.status == b.status && a.reason == b.reason && a.method == b.method && a.url == b.url &&
         a.has_identity == b.has_identity && a.id == b.id && a.roles == b.roles &&
         a.phase == b.phase && a.rule == b.rule;
}

}  // namespace

Disagreement disagreement_of(const exchange::Exchange& x, std::string_view phase,
                             const exchange::Verdict& verdict, std::int64_t wall_us) {
  Disagreement out;
  out.wall_us = wall_us;
  out.rule = x.rule;
  out.phase = phase;
  out.method = x.request.method_text;
  out.url.append("http://").append(x.request.host).append(x.request.path);
  if (x.request.has_query) out.url += '?' + without_secrets(x.request.query, out.left_out);
  char ip[net::IpAddress::kLongestText];
  if (x.peer.family != net::IpAddress::Family::none) out.ip.assign(ip, x.peer.write_ip(ip));
  take_headers(x, out);
  if (x.request.framing == http::Framing::chunked || x.request.content_length != 0)
    out.left_out.emplace_back("body");
  take_identity(x, out);
  if (phase == "response") {
    out.group = x.target_group();
    out.answered = x.response_status;
  }
  out.status = verdict.status;
  out.reason = word(verdict.reason);
  return out;
}

void Disagreements::begin(std::uint64_t content) {
  const std::lock_guard lock(mutex_);
  if (content_ == content) return;
  content_ = content;
  kept_.clear();
}

void Disagreements::add(std::uint64_t content, Disagreement one) {
  if (size_of(one) > kMostBytes) return;
  const std::lock_guard lock(mutex_);
  if (content != content_ ||
      std::any_of(kept_.begin(), kept_.end(), [&](const auto& each) { return alike(each, one); }))
    return;
  if (kept_.size() == kMost) kept_.pop_front();
  kept_.push_back(std::move(one));
}

std::vector<Disagreement> Disagreements::all() const {
  const std::lock_guard lock(mutex_);
  return {kept_.begin(), kept_.end()};
}

}  // namespace gatehouse::policy
