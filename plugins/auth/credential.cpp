#include "credential.h"

#include <algorithm>

#include "ascii.h"

namespace auth {
namespace {

// RFC 6750 2.1.
bool is_b64token(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end) + 1, [](char c) {
    return is_alnum(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
  });
}

// Another spelling of Authorization that some server folds into it.
bool is_disguised_authorization(std::string_view name) {
  if (name.size() <= 13) return false;
  std::string letters;
  for (const char c : name) {
    if (is_alnum(c)) letters += lower(c);
  }
  return letters == "authorization";
}

void add(Credential& to, Credential::Kind kind, std::string_view token, From from) {
  to = {to.kind == Credential::Kind::absent ? kind : Credential::Kind::several, token, from};
}

void add_bearer(Credential& to, std::string_view value) {
  constexpr std::string_view kScheme = "bearer";
  if (!equals(value.substr(0, kScheme.size()), kScheme)) return;
  value.remove_prefix(kScheme.size());
  if (!value.empty() && value.front() != ' ' && value.front() != '\t' && value.front() != ',')
    return;
  if (value.find(',') != std::string_view::npos) {
    add(to, Credential::Kind::several, {}, From::bearer);
    return;
  }
  const std::string_view token = value.empty() ? value : value.substr(1);
  const bool good = value.starts_with(' ') && is_b64token(token);
  add(to, good ? Credential::Kind::found : Credential::Kind::malformed, token, From::bearer);
}

void add_cookies(Credential& to, std::string_view line, std::string_view name) {
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(';'), line.size());
    std::string_view pair = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    while (pair.starts_with(' ') || pair.starts_with('\t')) pair.remove_prefix(1);
    const std::size_t equal = pair.find('=');
    if (equal == std::string_view::npos || pair.substr(0, equal) != name) continue;
    const std::string_view value = pair.substr(equal + 1);
    add(to, is_b64token(value) ? Credential::Kind::found : Credential::Kind::malformed, value,
        From::cookie);
  }
}

bool has_parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.substr(0, pair.find('=')) == name) return true;
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return false;
}

}  // namespace

Credential find_credential(std::span<const Line> headers, std::string_view query,
                           const JwtConfig& config) {
  const auto reads = [&](From from) {
    return std::find(config.from.begin(), config.from.end(), from) != config.from.end();
  };
  Credential out;
  std::size_t authorizations = 0;
  for (const Line& line : headers) {
    if (equals(line.name, "authorization")) {
      ++authorizations;
      if (reads(From::bearer)) add_bearer(out, line.value);
    } else if (is_disguised_authorization(line.name)) {
      authorizations += 2;
    } else if (reads(From::cookie) && equals(line.name, "cookie")) {
      add_cookies(out, line.value, config.cookie);
    }
  }
  const bool has_bearer = out.kind != Credential::Kind::absent && out.from == From::bearer;
  if (authorizations > 1 || (has_bearer && has_parameter(query, config.query))) {
    out = {Credential::Kind::several, {}, From::bearer};
  }
  return out;
}

}  // namespace auth
