// What routes.yaml says under `use: auth`.
#pragma once

#include <algorithm>
#include <chrono>
#include <gatehouse/schema.hpp>
#include <optional>
#include <string>
#include <vector>

#include "crypto/jose/algorithm.h"

namespace auth {

using gatehouse::example;
using gatehouse::field;
using gatehouse::fields;
using gatehouse::later;
using gatehouse::one_of;
using gatehouse::range;
using gatehouse::required;
using gatehouse::crypto::jose::Algorithm;

enum class Method : std::uint8_t {
  jwt,
  authjs,
  session,
  oidc,
  ticket,
  api_key,
  basic,
  mtls,
  forward
};
enum class From : std::uint8_t { bearer, cookie, query };

// How a key set is fetched whose place is a URL.
struct JwksFetch {
  gatehouse::File ca;
  bool private_addresses = false;
  std::chrono::milliseconds min_age{60'000};
  std::chrono::milliseconds max_age{3'600'000};
  std::chrono::milliseconds stale{86'400'000};

  static constexpr auto schema =
      fields(field("ca", &JwksFetch::ca, example("keys/ca.pem"),
                   "certificates that are believed, in place of the system's"),
             field("private_addresses", &JwksFetch::private_addresses,
                   "the server may be in a private network"),
             field("min_age", &JwksFetch::min_age, range(100, 86'400'000),
                   "no set is renewed sooner, whatever its server says"),
             field("max_age", &JwksFetch::max_age, range(100, 86'400'000),
                   "no set is renewed later, whatever its server says"),
             field("stale", &JwksFetch::stale, range(100, 30ULL * 86'400'000),
                   "how long a set is believed that cannot be renewed"));
};

struct JwtConfig {
  std::vector<Algorithm> algorithms;
  std::vector<gatehouse::Secret> secret;
  std::vector<gatehouse::File> public_key;
  gatehouse::FileOrUrl jwks;
  JwksFetch jwks_fetch;
  std::vector<std::string> issuer;
  std::vector<std::string> audience;
  std::vector<std::string> required_claims;
  std::chrono::seconds leeway{30};
  std::vector<From> from = {From::bearer};
  std::string cookie = "access_token";
  std::string query = "access_token";

  [[nodiscard]] bool reads(From place) const {
    return std::find(from.begin(), from.end(), place) != from.end();
  }

  static constexpr auto schema = fields(
      field("algorithms", &JwtConfig::algorithms, example("[HS256]"),
            one_of("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
                   "ES256", "ES384", "ES512", "EdDSA"),
            "that are accepted; without it HS256 of secrets, of other keys what they are made for"),
      field("secret", &JwtConfig::secret, gatehouse::not_empty,
            "shared secrets; all of them verify"),
      field("public_key", &JwtConfig::public_key, example("keys/jwt.pem"),
            "files with public keys or certificates"),
      field("jwks", &JwtConfig::jwks, example("https://id.example.com/.well-known/jwks.json"),
            "file or URL of a key set"),
      field("jwks_fetch", &JwtConfig::jwks_fetch, example("{max_age: 10min}"),
            "how a key set is fetched by URL"),
      field("issuer", &JwtConfig::issuer, example("https://id.example.com"),
            "iss that is accepted"),
      field("audience", &JwtConfig::audience, example("chat"), "aud that is accepted"),
      field("required_claims", &JwtConfig::required_claims, example("[sub]"), "that must be there"),
      field("leeway", &JwtConfig::leeway, range(0, 60'000), "for clocks that differ"),
      field("from", &JwtConfig::from, one_of("bearer", "cookie", "query"),
            "where the token is looked for; in the query only of WebSocket upgrades"),
      field("cookie", &JwtConfig::cookie, "name of the cookie"),
      field("query", &JwtConfig::query, gatehouse::not_empty, "name of the query parameter"));
};

struct IdentityHeaders {
  std::string id = "X-User-ID";
  std::string email = "X-User-Email";
  std::string role = "X-User-Role";
  static constexpr auto schema =
      fields(field("id", &IdentityHeaders::id, "header field with the user's id"),
             field("email", &IdentityHeaders::email, "header field with the address"),
             field("role", &IdentityHeaders::role, "header field with the roles"));
};

struct Require {
  std::vector<std::string> role;
  gatehouse::Names claims;
  static constexpr auto schema =
      fields(field("role", &Require::role, example("[admin]"), "one of these"),
             field("claims", &Require::claims, example("{tenant: [a, b]}"),
                   "names, and the values that each may have"));
};

struct Mint {
  gatehouse::Secret secret;
  Algorithm algorithm = Algorithm::HS256;
  std::chrono::seconds lifetime{600};
  static constexpr auto schema = fields(
      field("secret", &Mint::secret, required, gatehouse::not_empty, "shared with the backend"),
      field("algorithm", &Mint::algorithm, one_of("HS256", "HS384", "HS512"), "how it is signed"),
      field("lifetime", &Mint::lifetime, range(60'000, 7ULL * 86'400'000), "of the token"));
};

struct Config {
  std::vector<Method> chain;
  bool optional = false;
  std::optional<JwtConfig> jwt;
  gatehouse::Names authjs, session, oidc, ticket, api_key, basic, mtls, forward;
  IdentityHeaders identity_headers;
  std::optional<Require> require;
  std::string login;
  std::vector<std::string> origins;
  std::optional<Mint> mint;

  static constexpr auto schema = fields(
      field("chain", &Config::chain, required, example("[jwt]"),
            one_of("jwt", "authjs", "session", "oidc", "ticket", "api_key", "basic", "mtls",
                   "forward"),
            gatehouse::available(1), "methods; the first that finds its credential decides"),
      field("optional", &Config::optional, "nobody signed in passes too"),
      field("jwt", &Config::jwt, example("{algorithms: [HS256], secret: \"${JWT_SECRET_KEY}\"}"),
            "JSON Web Tokens"),
      field("authjs", &Config::authjs, later("sessions of Auth.js"), example("{version: 5}"),
            "sessions of Auth.js"),
      field("session", &Config::session, later("sessions of the gateway"),
            "sessions of the gateway"),
      field("oidc", &Config::oidc, later("login with a provider"), "login with a provider"),
      field("ticket", &Config::ticket, later("one-time tickets"), "one-time tickets"),
      field("api_key", &Config::api_key, later("keys"), "keys"),
      field("basic", &Config::basic, later("names and passwords"), "names and passwords"),
      field("mtls", &Config::mtls, later("client certificates"), "client certificates"),
      field("forward", &Config::forward, later("another service that decides"),
            "another service that decides"),
      field("identity_headers", &Config::identity_headers, example("{id: X-User-ID}"),
            "what the target is told; a client's own are removed"),
      field("require", &Config::require, example("{role: [admin]}"),
            "who may pass; others get 403"),
      field("login", &Config::login, example("/login"),
            "where navigations are sent that have no session"),
      field("origins", &Config::origins, example("[\"https://chat.example.com\"]"),
            "pages that may change something with a cookie, beside those of the host asked"),
      field("mint", &Config::mint, example("{secret: \"${JWT_SECRET_KEY}\"}"),
            "the Bearer token that the target receives"));
};

}  // namespace auth
