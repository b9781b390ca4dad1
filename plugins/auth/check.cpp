#include "check.h"

#include <algorithm>
#include <gatehouse/head.hpp>

#include "ascii.h"
#include "curl.h"
#include "keys.h"
#include "own_page.h"
#include "reach.h"

namespace auth {
namespace {

namespace jose = gatehouse::crypto::jose;
using gatehouse::Problems;

constexpr std::size_t kMostWithoutKid = 4;

// Key sentences end in "; ADVICE".
void report(Problems& problems, const std::string& path, const std::string& message) {
  const std::size_t cut = message.find("; ");
  if (cut == std::string::npos) return problems.error(path, message);
  problems.error(path, message.substr(0, cut), message.substr(cut + 2));
}

void check_url(const JwtConfig& config, Problems& problems) {
  const auto& how = config.jwks_fetch;
  const std::string problem = problem_of_url(config.jwks.place, how.private_addresses);
  if (!problem.empty()) return report(problems, "jwt.jwks", problem);
  if (Curl::get() == nullptr) {
    problems.error("jwt.jwks", "libcurl.so.4 is not there to fetch it", "apt install libcurl4");
  }
  if (how.min_age > how.max_age) {
    problems.error("jwt.jwks_fetch.min_age", "longer than max_age");
  }
}

// What a browser keeps in its history, and every server on the way in its log.
void warn_of_query(const JwtConfig& config, Problems& problems) {
  if (!config.reads(From::query)) return;
  problems.warning("jwt.from", "a token in the query counts for WebSocket upgrades only",
                   "other requests have Authorization");
}

void check_jwt(const JwtConfig& config, Problems& problems) {
  bool good = true;
  const auto keys = keys_of(config, [&](const std::string& path, const std::string& message) {
    good = false;
    report(problems, path, message);
  });
  if (config.jwks.is_url()) {
    check_url(config, problems);
  } else if (keys.empty() && good) {
    problems.error("jwt", "there is no key that could verify a token",
                   "secret, public_key or jwks");
  }
  if (config.secret.size() + config.public_key.size() > kMostWithoutKid) {
    problems.error("jwt", "more than four keys without a kid", "a jwks file names its keys");
  }
  if (!gatehouse::is_field_name(config.cookie))
    problems.error("jwt.cookie", "no cookie can be called so", "access_token");
  if (config.from.empty())
    problems.error("jwt.from", "a token that is looked for nowhere is never found", "[bearer]");
  warn_of_query(config, problems);
}

// What asks for nothing lets everybody pass.
void check_require(const Require& require, Problems& problems) {
  if (require.role.empty() && require.claims.empty())
    problems.error("require", "without a role and a claim it asks for nothing", "{role: [admin]}");
}

bool is_plain_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '-'; });
}

// What other parts of the gateway write, or what says how a message is read.
bool is_taken(std::string_view name) {
  constexpr std::string_view kTaken[] = {"authorization",
                                         "connection",
                                         "content-encoding",
                                         "content-length",
                                         "content-type",
                                         "cookie",
                                         "expect",
                                         "forwarded",
                                         "host",
                                         "keep-alive",
                                         "te",
                                         "trailer",
                                         "transfer-encoding",
                                         "upgrade",
                                         "via",
                                         "x-amzn-trace-id",
                                         "x-forwarded-for",
                                         "x-forwarded-host",
                                         "x-forwarded-port",
                                         "x-forwarded-proto",
                                         "x-request-id"};
  return std::any_of(std::begin(kTaken), std::end(kTaken),
                     [&](std::string_view taken) { return equals(taken, name); });
}

void check_names(const IdentityHeaders& names, Problems& problems) {
  const std::pair<std::string_view, const std::string&> all[] = {
      {"identity_headers.id", names.id},
      {"identity_headers.email", names.email},
      {"identity_headers.role", names.role}};
  for (const auto& [path, name] : all) {
    if (!is_plain_name(name)) {
      problems.error(path, "not letters, digits and '-'");
    } else if (is_taken(name)) {
      problems.error(path, "a header field that has another meaning", "X-User-ID");
    }
    for (const auto& [other_path, other] : all) {
      if (path < other_path && equals(name, other)) {
        problems.error(path, "the same header field twice", "each has its own");
      }
    }
  }
}

// An own path, or a URL that the file itself names.
bool is_login(std::string_view login) {
  const bool plain = std::all_of(login.begin(), login.end(), [](char c) {
    return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>';
  });
  const bool path = login.starts_with('/') && !login.starts_with("//");
  return plain && (path || login.starts_with("https://") || login.starts_with("http://"));
}

}  // namespace

void check(const Config& config, Problems& problems) {
  const bool has_jwt =
      std::find(config.chain.begin(), config.chain.end(), Method::jwt) != config.chain.end();
  if (config.chain.empty()) problems.error("chain", "a chain without a method lets nobody pass");
  if (has_jwt && !config.jwt) {
    problems.error("", "the chain names jwt, and there is no section of that name",
                   "jwt: {algorithms: [HS256], secret: \"${JWT_SECRET_KEY}\"}");
  }
  if (config.jwt) check_jwt(*config.jwt, problems);
  if (config.require) check_require(*config.require, problems);
  if (config.require && config.optional)
    problems.warning("require", "who is not signed in passes all the same: `optional`",
                     "leave `optional` out");
  if (config.mint) {
    const auto key = jose::Key::from_secret(config.mint->secret.value, {config.mint->algorithm});
    if (!key) report(problems, "mint.secret", key.error());
  }
  if (!config.login.empty() && !is_login(config.login)) {
    problems.error("login", "neither a path nor a URL", "/login");
  }
  for (std::size_t i = 0; i < config.origins.size(); ++i) {
    if (!is_origin(config.origins[i]))
      problems.error("origins[" + std::to_string(i) + "]", "not an origin as browsers write it",
                     "https://chat.example.com");
  }
  check_names(config.identity_headers, problems);
}

}  // namespace auth
