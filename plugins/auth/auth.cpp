// Who is there?  Finds a credential, checks it, tells the target and later steps, or refuses.
#include <gatehouse/plugin.hpp>

#include "ascii.h"
#include "challenge.h"
#include "check.h"
#include "config.h"
#include "credential.h"
#include "jwt_method.h"
#include "keys.h"
#include "reasons.h"

namespace auth {

using namespace gatehouse;

struct Auth {
  using Config = auth::Config;
  static constexpr auto schema = Config::schema;
  static bool gives_identity(const Config&) { return true; }
  static std::vector<std::string> identity_fields(const Config& config) {
    const auto& names = config.identity_headers;
    return {names.id, names.email, names.role};
  }
  static void check(const Config& config, Problems& problems) { auth::check(config, problems); }

  // The keys, once for all workers.
  struct Shared {
    explicit Shared(const Config& config)
        : ring(keys_of(config.jwt.value(), [](const auto&, const auto&) {})) {}
    KeyRing ring;
  };

  const Config& config;
  Shared& shared;
  JwtMethod jwt{config, shared.ring};
  std::vector<Line> lines = {};  // of the request, kept for its room
  Counter valid{}, invalid{}, absent{}, from_cache{}, forbidden{};
  Histogram seconds{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("valid", &Auth::valid, "credentials that were accepted", "method=\"jwt\""),
      metric("invalid", &Auth::invalid, "credentials that were refused", "method=\"jwt\""),
      metric("absent", &Auth::absent, "requests without a credential"),
      metric("forbidden", &Auth::forbidden, "users who were known and not allowed"),
      metric("cached", &Auth::from_cache, "credentials that were known from a moment ago",
             "method=\"jwt\""),
      metric("check", &Auth::seconds, "time for a credential that was not known",
             "method=\"jwt\""));

  Verdict on_request(Exchange& x) {
    const Request request = x.request();
    read_lines(request);
    const Credential credential = find_credential(lines, request.query(), *config.jwt);
    switch (credential.kind) {
      case Credential::Kind::absent:
        return nobody(x, request);
      case Credential::Kind::malformed:
        ++invalid;
        return refuse(request, {400, "invalid_request"}, kMalformed);
      case Credential::Kind::several:
        ++invalid;
        return refuse(request, {400, "invalid_request"}, kSeveral);
      case Credential::Kind::found:
        break;
    }
    return decide(x, request, credential);
  }

 private:
  void read_lines(const Request& request) {
    lines.clear();
    request.headers().each([this](std::string_view name, std::string_view value) {
      lines.push_back({name, value});
    });
  }

  Verdict nobody(Exchange& x, const Request& request) {
    ++absent;
    if (!config.optional) return refuse(request, {401, {}}, kNotAuthenticated);
    // A Bearer that nobody here has looked at.
    if (starts_with_bearer(x.upstream().headers().get("Authorization"))) {
      x.upstream().headers().remove("Authorization");
    }
    return pass();
  }

  static bool starts_with_bearer(std::string_view value) {
    return equals(value.substr(0, 6), "bearer");
  }

  Verdict decide(Exchange& x, const Request& request, const Credential& credential) {
    constexpr std::int64_t kMicros = 1'000'000;
    const auto began = std::chrono::steady_clock::now();
    const auto outcome = jwt.decide(credential.token, x.worker().wall_us() / kMicros);
    if (outcome.from_cache) {
      ++from_cache;
    } else {
      seconds.observe(std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - began)
                          .count());
    }
    if (!outcome.session) {
      ++invalid;
      return refuse(request, {401, "invalid_token"}, outcome.reason, credential.from);
    }
    ++valid;
    if (!outcome.session->may_pass) {
      ++forbidden;
      return refuse(request, {403, "insufficient_scope"}, kNotAllowed);
    }
    tell(x, *outcome.session, credential);
    return pass();
  }

  void tell(Exchange& x, const Session& session, const Credential& credential) const {
    const auto upstream = x.upstream().headers();
    upstream.set(config.identity_headers.id, session.id);
    if (!session.email.empty()) upstream.set(config.identity_headers.email, session.email);
    upstream.set(config.identity_headers.role, session.roles);
    if (!session.minted.empty()) {
      upstream.set("Authorization", "Bearer " + std::string(session.minted));
    } else if (credential.from != From::bearer) {
      upstream.remove("Authorization");
    }
    Identity identity{session.id, session.email, "jwt", {}};
    for (std::string_view rest = session.roles; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      identity.roles.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    x.set_identity(identity);
    x.set_value("claims", session.claims);
  }

  // An expired session in a cookie is a person's: the way to the login page.  What a program sent
  // in Authorization is answered with 401 whatever it accepts.
  Verdict refuse(const Request& request, const Refusal& refusal, std::string_view reason,
                 From from = From::cookie) const {
    const Asked asked{request.method(), request.target(), request.is_upgrade(), lines};
    const Answer answer =
        answer_for(refusal, asked, from == From::cookie ? config.login : std::string());
    Verdict verdict = Verdict(answer.status, reason).body(answer.body, answer.content_type);
    for (const auto& [name, value] : answer.headers)
      verdict = std::move(verdict).header(name, value);
    return verdict;
  }
};

}  // namespace auth

GATEHOUSE_PLUGIN(auth::Auth, "auth", "1.0.0",
                 "finds out who a client is, tells the target, or refuses")
