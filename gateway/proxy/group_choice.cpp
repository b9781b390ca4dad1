#include "proxy/group_choice.h"

#include "upstream/group_cookie.h"

namespace gatehouse::proxy {

namespace {

const snapshot::ForwardTo& by_weight(const snapshot::Forward& action, Random& random) {
  std::uint64_t at = random.below(action.total_weight);
  for (const auto& to : action.groups) {
    if (at < to.weight) return to;
    at -= to.weight;
  }
  return action.groups.back();
}

const snapshot::ForwardTo* group_of(const snapshot::Forward& action, std::uint64_t key) {
  for (const auto& to : action.groups) {
    if (to.key == key && to.weight != 0) return &to;
  }
  return nullptr;
}

GroupChoice sticky_choice(const snapshot::Forward& action, const crypto::Seal& seal, Random& random,
                          std::uint64_t now_s, bool https, exchange::Exchange& x) {
  upstream::GroupCookie cookie(x.request, seal);
  const auto before = cookie.choice(action.sticky_key, now_s);
  const auto sticky_s = static_cast<std::uint64_t>(action.sticky.count() / 1000);
  GroupChoice out;
  if (before) out.to = group_of(action, before->group);
  if (out.to != nullptr && before->expires - now_s > sticky_s / 2) return out;
  if (out.to == nullptr) out.to = &by_weight(action, random);
  cookie.choose({action.sticky_key, out.to->key, now_s + sticky_s});
  auto* cookies = x.arena.make<StickyCookies>();
  cookies->plain = x.arena.copy(cookie.set_cookie(seal, now_s, https));
  if (https) cookies->cors = x.arena.copy(cookie.set_cookie_cors(seal, now_s));
  out.cookies = cookies;
  return out;
}

}  // namespace

GroupChoice choose_group(const snapshot::Forward& action, const crypto::Seal& seal, Random& random,
                         std::int64_t now_s, bool https, exchange::Exchange& x) {
  if (action.groups.size() == 1) return {&action.groups.front(), nullptr};
  if (action.sticky.count() == 0) return {&by_weight(action, random), nullptr};
  return sticky_choice(action, seal, random, static_cast<std::uint64_t>(now_s), https, x);
}

}  // namespace gatehouse::proxy
