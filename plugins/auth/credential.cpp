#include "credential.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "ascii.h"

namespace auth {
namespace {

// Sixteen characters at once, for tokens are long.
using Characters [[gnu::vector_size(16)]] = unsigned char;

auto foreign_to_b64token(Characters c) {
  const Characters low = c | 0x20;
  return ~((low - 'a' < 26) | (c - '0' < 10) | (c - '-' < 3) | (c == '+') | (c == '_') |
           (c == '~'));  // - . / follow one another
}

// RFC 6750 2.1.
bool is_b64token(std::string_view text) {
  const std::size_t end = text.find_last_not_of('=');
  if (end == std::string_view::npos) return false;
  text = text.substr(0, end + 1);
  Characters c = Characters{} + 'a';
  auto foreign = foreign_to_b64token(c);
  for (; text.size() >= sizeof c; text.remove_prefix(sizeof c)) {
    std::memcpy(&c, text.data(), sizeof c);
    foreign |= foreign_to_b64token(c);
  }
  c = Characters{} + 'a';
  std::memcpy(&c, text.data(), text.size());
  foreign |= foreign_to_b64token(c);
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &foreign, sizeof foreign);
  return (halves[0] | halves[1]) == 0;
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

// Whether a key means `name` once its escapes are read, as an application reads it.
bool is_named(std::string_view key, std::string_view name) {
  while (!key.empty() && !name.empty()) {
    unsigned char byte = static_cast<unsigned char>(key.front());
    const bool escaped =
        byte == '%' && key.size() >= 3 &&
        std::from_chars(key.data() + 1, key.data() + 3, byte, 16).ptr == key.data() + 3;
    if (byte != static_cast<unsigned char>(name.front())) return false;
    key.remove_prefix(escaped ? 3 : 1);
    name.remove_prefix(1);
  }
  return key.empty() && name.empty();
}

// Calls `visit` with the values of the parameters of that name, as they are written.
template <typename Visit>
void each_value(std::string_view query, std::string_view name, Visit visit) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const std::size_t equal = std::min(pair.find('='), pair.size());
    if (is_named(pair.substr(0, equal), name)) {
      visit(pair.substr(std::min(equal + 1, pair.size())));
    }
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
}

}  // namespace

Credential find_credential(std::span<const Line> headers, std::string_view query, bool is_upgrade,
                           const JwtConfig& config) {
  Credential out;
  std::size_t authorizations = 0;
  for (const Line& line : headers) {
    if (equals(line.name, "authorization")) {
      ++authorizations;
      if (config.reads(From::bearer)) add_bearer(out, line.value);
    } else if (is_disguised_authorization(line.name)) {
      authorizations += 2;
    } else if (config.reads(From::cookie) && equals(line.name, "cookie")) {
      add_cookies(out, line.value, config.cookie);
    }
  }
  const bool has_bearer = out.kind != Credential::Kind::absent && out.from == From::bearer;
  bool one_too_many = authorizations > 1;
  each_value(query, config.query, [&](std::string_view value) {
    if (config.reads(From::query) && is_upgrade) {
      add(out, is_b64token(value) ? Credential::Kind::found : Credential::Kind::malformed, value,
          From::query);
    } else {
      one_too_many = one_too_many || has_bearer;
    }
  });
  if (one_too_many) out = {Credential::Kind::several, {}, From::bearer};
  return out;
}

}  // namespace auth
