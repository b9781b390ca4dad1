// Programs that send a key with every request.
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

#include "crypto/digest.h"
#include "key_file.h"

namespace api_key {

using namespace gatehouse;

struct ApiKey {
  struct Config {
    File keys;
    std::string header = "X-API-Key";
    std::vector<std::string> roles;
    bool pass_on = false;
  };
  static constexpr auto schema =
      fields(field("keys", &Config::keys, required, example("api.keys"),
                   "file with ID SHA-256 [ROLE,ROLE] on each line"),
             field("header", &Config::header, not_empty,
                   "that has the key; Authorization: what follows `Bearer`"),
             field("roles", &Config::roles, example("[orders]"), "one of which the key must have"),
             field("pass_on", &Config::pass_on, "the target gets the key too"));

  static void check(const Config& config, Problems& problems) {
    const KeyFile keys(config.keys.bytes);
    if (const auto& flaw = keys.flaw())
      problems.error("keys", "line " + std::to_string(flaw->line) + ": " + flaw->what,
                     "printf %s \"$KEY\" | sha256sum");
    else if (keys.size() == 0)
      problems.error("keys", "the file has no keys");
  }
  static bool gives_identity(const Config&) { return true; }

  struct Shared {
    explicit Shared(const Config& config) : keys(config.keys.bytes) {}
    const KeyFile keys;
  };

  const Config& config;
  Shared& shared;
  crypto::Sha256 sha{};
  Counter accepted{}, refused{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("accepted", &ApiKey::accepted, "requests with a key that is known"),
      metric("refused", &ApiKey::refused, "requests with one that is not, or may not do this"));

  Verdict on_request(Exchange& x) {
    std::size_t count = 0;
    std::string_view key;
    x.request().headers().each([&](std::string_view name, std::string_view value) {
      if (!gatehouse::detail::same_word(name, config.header)) return;
      ++count;
      key = value;
    });
    if (count == 0) return challenge("not_authenticated");
    if (count > 1) return deny(400, "credentials_several");
    if (gatehouse::detail::same_word(config.header, "Authorization")) {
      if (!gatehouse::detail::same_word(key.substr(0, 7), "Bearer "))
        return challenge("not_authenticated");
      key = gatehouse::detail::trimmed(key.substr(7));
    }
    Digest digest;
    if (!sha.of(key, digest)) return deny(503, "gateway_full");
    const Owner* owner = shared.keys.owner_of(digest);
    if (owner == nullptr || key.empty()) {
      ++refused;
      return challenge("credential_refused");
    }
    if (!may(*owner)) {
      ++refused;
      return deny(403, "insufficient_scope");
    }
    ++accepted;
    x.set_identity({.id = owner->id,
                    .email = {},
                    .method = "api_key",
                    .roles = {owner->roles.begin(), owner->roles.end()}});
    if (!config.pass_on) x.upstream().headers().remove(config.header);
    return pass();
  }

 private:
  [[nodiscard]] bool may(const Owner& owner) const {
    if (config.roles.empty()) return true;
    for (const auto& role : owner.roles) {
      for (const auto& wanted : config.roles) {
        if (role == wanted) return true;
      }
    }
    return false;
  }

  // RFC 9110 11.6.1 wants a challenge on a 401; there is no registered scheme for a header of one's
  // own.
  [[nodiscard]] Verdict challenge(std::string_view reason) const {
    const bool bearer = gatehouse::detail::same_word(config.header, "Authorization");
    return deny(401, reason)
        .header("WWW-Authenticate",
                bearer ? "Bearer" : "ApiKey realm=\"api\", header=\"" + config.header + '"')
        .header("Cache-Control", "no-store");
  }
};

}  // namespace api_key

GATEHOUSE_PLUGIN(api_key::ApiKey, "api_key", "1.0.0", "lets programs in by a key that a file knows")
