#include "jwt_method.h"

#include "reasons.h"
#include "user.h"

namespace auth {

namespace jose = gatehouse::crypto::jose;

std::vector<jose::Key> KeyRing::keys() const {
  const std::lock_guard lock(lock_);
  std::vector<jose::Key> out = fixed_;
  out.insert(out.end(), fetched_.begin(), fetched_.end());
  return out;
}

void KeyRing::replace_fetched(std::vector<jose::Key> keys) {
  const std::lock_guard lock(lock_);
  fetched_ = std::move(keys);
  generation_.fetch_add(1, std::memory_order_release);
}

JwtMethod::JwtMethod(const Config& config, const KeyRing& ring) : config_(config), ring_(ring) {
  if (config.mint) minter_.emplace(*config.mint);
}

// A key set that was replaced takes along all that was verified with it.
void JwtMethod::take_keys() {
  const std::uint64_t generation = ring_.generation();
  if (generation == generation_) return;
  jose::ClaimRules rules;
  rules.issuers = config_.jwt->issuer;
  rules.audiences = config_.jwt->audience;
  rules.required = config_.jwt->required_claims;
  rules.leeway = config_.jwt->leeway;
  verifier_.emplace(ring_.keys(), std::move(rules));
  generation_ = generation;
}

JwtMethod::Outcome JwtMethod::decide(std::string_view token, std::int64_t now) noexcept try {
  take_keys();
  const auto known = cache_.find(token, generation_, now);
  if (!known) return verify(token, now);
  if (known->refused) {
    return {std::nullopt, reason_of(*known->refused), true, known->refused};
  }
  Session session = unpacked(known->value);
  if (minter_ && now >= session.mint_again) return renewed(session, now);
  return {session, {}, true, {}};
} catch (...) {
  generation_ = 0;
  return {std::nullopt, reason_of(jose::TokenFault::not_checked), false, {}};
}

JwtMethod::Outcome JwtMethod::verify(std::string_view token, std::int64_t now) {
  const auto verified = verifier_->verify(token, now);
  if (!verified) {
    cache_.refuse(verified.error(), now);
    return {std::nullopt, reason_of(verified.error()), false, verified.error()};
  }
  User user;
  if (const auto fault = read_user(*verified->claims, user))
    return {std::nullopt, reason_of(*fault), false, {}};
  write_roles(user, roles_);
  Session session{user.id, user.email,
                  roles_,  verified->payload,
                  {},      verified->times.expires,
                  0,       !config_.require || may_pass(*verified->claims, *config_.require)};
  return renewed(session, now);
}

JwtMethod::Outcome JwtMethod::renewed(Session session, std::int64_t now) {
  if (minter_ && !minter_->mint(session, now, minted_)) {
    return {std::nullopt, reason_of(jose::TokenFault::not_checked), false, {}};
  }
  if (!cache_.wants(now)) return {session, {}, false, {}};
  // What is renewed looks at the cache's copy, never at `value_`.
  pack(session, value_);
  cache_.keep(value_, session.expires + config_.jwt->leeway.count(), now);
  return {unpacked(value_), {}, false, {}};
}

}  // namespace auth
