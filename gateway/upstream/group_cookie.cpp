#include "upstream/group_cookie.h"

#include <algorithm>
#include <cstring>

#include "http/cookie.h"

namespace gatehouse::upstream {

GroupCookie::GroupCookie(const http::RequestHead& request, const crypto::Seal& seal) {
  for (auto name : {kGroupCookie, kGroupCookieCors}) {
    const auto sent = http::cookie(request, name);
    if (sent && read(*sent, seal)) return;
  }
}

bool GroupCookie::read(std::string_view value, const crypto::Seal& seal) {
  const auto bytes = seal.open(value);
  if (!bytes || bytes->size() != sizeof choices_) return false;
  std::memcpy(choices_.data(), bytes->data(), sizeof choices_);
  return true;
}

std::optional<GroupCookie::Choice> GroupCookie::choice(std::uint64_t rule,
                                                       std::uint64_t now) const {
  const auto at = std::find_if(choices_.begin(), choices_.end(), [&](const Choice& choice) {
    return choice.rule == rule && choice.expires > now;
  });
  return at == choices_.end() ? std::nullopt : std::optional(*at);
}

void GroupCookie::choose(const Choice& choice) {
  auto at = std::find_if(choices_.begin(), choices_.end(),
                         [&](const Choice& known) { return known.rule == choice.rule; });
  if (at == choices_.end()) {
    at = std::min_element(choices_.begin(), choices_.end(),
                          [](const Choice& a, const Choice& b) { return a.expires < b.expires; });
  }
  *at = choice;
}

std::string GroupCookie::value(const crypto::Seal& seal) const {
  return seal.close({reinterpret_cast<const char*>(choices_.data()), sizeof choices_});
}

std::string GroupCookie::max_age(std::uint64_t now) const {
  std::uint64_t latest = now;
  for (const auto& choice : choices_) latest = std::max(latest, choice.expires);
  return "; Path=/; Max-Age=" + std::to_string(latest - now) + "; HttpOnly";
}

std::string GroupCookie::set_cookie(const crypto::Seal& seal, std::uint64_t now, bool https) const {
  return std::string(kGroupCookie) + "=" + value(seal) + max_age(now) + "; SameSite=Lax" +
         (https ? "; Secure" : "");
}

std::string GroupCookie::set_cookie_cors(const crypto::Seal& seal, std::uint64_t now) const {
  return std::string(kGroupCookieCors) + "=" + value(seal) + max_age(now) +
         "; SameSite=None; Secure";
}

}  // namespace gatehouse::upstream
