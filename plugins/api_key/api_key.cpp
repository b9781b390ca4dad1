// Programs that send a key with every request.
#include <algorithm>
#include <charconv>
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
    std::string query;
    std::vector<std::string> roles;
    bool pass_on = false;
  };
  static constexpr auto schema = fields(
      field("keys", &Config::keys, required, example("api.keys"),
            "file with ID SHA-256 [ROLE,ROLE] on each line"),
      field("header", &Config::header, not_empty,
            "that has the key; Authorization: what follows `Bearer`"),
      field("query", &Config::query, example("api_key"),
            "query parameter that may have it instead; neither the target nor the log see it"),
      field("roles", &Config::roles, example("[orders]"), "one of which the key must have"),
      field("pass_on", &Config::pass_on, "the target gets the key too"));

  static void check(const Config& config, Problems& problems) {
    const KeyFile keys(config.keys.bytes);
    if (const auto& flaw = keys.flaw())
      problems.error("keys", "line " + std::to_string(flaw->line) + ": " + flaw->what,
                     "printf %s \"$KEY\" | sha256sum");
    else if (keys.size() == 0)
      problems.error("keys", "the file has no keys");
    if (!is_field_name(config.header))
      problems.error("header", "no header field can be called so", "X-API-Key");
  }
  static void explain(const Config& config, Explained& would) {
    const std::vector<std::string> given = keys_of(config, would.request());
    if (given.empty()) return would.says("there is no key").answers(401);
    if (given.size() > 1) return would.says("there are several keys").answers(400);
    crypto::Sha256 sha;
    Digest digest;
    const KeyFile keys(config.keys.bytes);
    const Owner* owner = sha.of(given.front(), digest) ? keys.owner_of(digest) : nullptr;
    if (owner == nullptr || given.front().empty())
      return would.says("the file `keys` does not know the key").answers(401);
    if (!may(config, *owner))
      return would.says("the key of " + owner->id + " has none of the roles").answers(403);
    would.says("the key is that of " + owner->id);
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
    const std::vector<std::string> given = keys_of(config, x.request());
    if (!config.query.empty() && !config.pass_on) x.hide_parameter(config.query);
    if (given.empty()) return challenge("not_authenticated");
    if (given.size() > 1) return deny(400, "credentials_several");
    const std::string& key = given.front();
    Digest digest;
    if (!sha.of(key, digest)) return deny(503, "gateway_full");
    const Owner* owner = shared.keys.owner_of(digest);
    if (owner == nullptr || key.empty()) {
      ++refused;
      return challenge("credential_refused");
    }
    if (!may(config, *owner)) {
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
  // Wherever one may be; a field that is no bearer token is none.
  [[nodiscard]] static std::vector<std::string> keys_of(const Config& config,
                                                        const Request& request) {
    std::vector<std::string> out;
    const bool bearer = gatehouse::detail::same_word(config.header, "Authorization");
    request.headers().each([&](std::string_view name, std::string_view value) {
      if (!gatehouse::detail::same_word(name, config.header)) return;
      if (bearer && !gatehouse::detail::same_word(value.substr(0, 7), "Bearer ")) return;
      out.emplace_back(gatehouse::detail::trimmed(value.substr(bearer ? 7 : 0)));
    });
    std::string_view rest = config.query.empty() ? std::string_view{} : request.query();
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('&'), rest.size());
      const std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      const std::size_t equals = pair.find('=');
      if (equals != std::string_view::npos && decoded(pair.substr(0, equals)) == config.query)
        out.push_back(decoded(pair.substr(equals + 1)));
    }
    return out;
  }

  // Keys of base64 have + / and =, which clients write as they are or escaped; no key has a space,
  // so a + is one.
  static std::string decoded(std::string_view text) {
    std::string out;
    for (; !text.empty(); text.remove_prefix(1)) {
      unsigned char byte = static_cast<unsigned char>(text.front());
      if (byte == '%' && text.size() > 2 &&
          std::from_chars(text.data() + 1, text.data() + 3, byte, 16).ptr == text.data() + 3)
        text.remove_prefix(2);
      out += static_cast<char>(byte);
    }
    return out;
  }

  [[nodiscard]] static bool may(const Config& config, const Owner& owner) {
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
