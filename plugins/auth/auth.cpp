// Who is there?  Finds a credential, checks it, tells the target and later steps, or refuses.
#include <gatehouse/plugin.hpp>

#include "ascii.h"
#include "challenge.h"
#include "check.h"
#include "config.h"
#include "credential.h"
#include "explain.h"
#include "jwt_method.h"
#include "keys.h"
#include "own_page.h"
#include "reasons.h"

namespace auth {

using namespace gatehouse;

struct Auth {
  using Config = auth::Config;
  static constexpr auto schema = Config::schema;
  // Longer than a fetch of the key set, for which a request may wait.
  static constexpr std::chrono::milliseconds deadline{5'500};
  static bool gives_identity(const Config&) { return true; }
  static std::vector<std::string> identity_fields(const Config& config) {
    const auto& names = config.identity_headers;
    return {names.id, names.email, names.role};
  }
  static void check(const Config& config, Problems& problems) { auth::check(config, problems); }
  static void explain(const Config& config, Explained& would) { auth::explain(config, would); }

  // The keys, once for all workers.
  struct Shared {
    explicit Shared(const Config& config)
        : ring(keys_of(config.jwt.value(), [](const auto&, const auto&) {})),
          url(config.jwt->jwks.place),
          source(source_of(*config.jwt, ring)) {}
    void handover(Shared& from) {
      if (source && from.source && url == from.url) source->take_over(from.source->known());
    }
    [[nodiscard]] std::string lacks() const {
      return source && source->is_missing() ? "no key set of " + source->name() : std::string();
    }
    KeyRing ring;
    std::string url;
    std::unique_ptr<KeySource> source;  // of a key set that is fetched
  };

  const Config& config;
  Shared& shared;
  JwtMethod jwt{config, shared.ring};
  const bool reads_query = config.jwt->reads(From::query);
  std::vector<Line> lines = {};  // of the request, kept for its room
  Identity identity{{}, {}, "jwt", {}};
  unsigned untimed = 0;  // credentials to come before one is timed again
  Counter valid{}, invalid{}, absent{}, unavailable{}, from_cache{}, forbidden{}, forged{};
  Counter fetched{}, not_fetched{};  // of the first worker: for all of them
  Gauge keys_missing{};
  Histogram seconds{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("valid", &Auth::valid, "credentials that were accepted", "method=\"jwt\""),
      metric("invalid", &Auth::invalid, "credentials that were refused", "method=\"jwt\""),
      metric("unavailable", &Auth::unavailable, "credentials whose keys were away",
             "method=\"jwt\""),
      metric("absent", &Auth::absent, "requests without a credential"),
      metric("forbidden", &Auth::forbidden, "users who were known and not allowed"),
      metric("forged", &Auth::forged, "cookies with requests that may be another page's"),
      metric("cached", &Auth::from_cache, "credentials that were known from a moment ago",
             "method=\"jwt\""),
      metric("check", &Auth::seconds, "time for a credential that was not known, of one in sixteen",
             "method=\"jwt\""),
      metric("key_set_fetches", &Auth::fetched, "fetches of the key set", "outcome=\"good\""),
      metric("key_set_fetches", &Auth::not_fetched, "fetches of the key set", "outcome=\"failed\""),
      metric("key_set_missing", &Auth::keys_missing, "1: no key set is known, or it is too old"));

  Task<void> on_start(Worker& worker) {
    while (worker.number() == 0 && shared.source) {
      const std::uint64_t failures = shared.source->failures();
      not_fetched.add(failures - not_fetched.value());
      fetched.add(shared.source->rounds() - failures - fetched.value());
      keys_missing.set(shared.source->is_missing() ? 1 : 0);
      co_await worker.sleep(std::chrono::milliseconds(1000));
    }
  }

  MayWait on_request(Exchange& x) {
    const std::uint64_t rounds = shared.source ? shared.source->rounds() : 0;
    const Request request = x.request();
    const bool is_upgrade = request.is_upgrade();
    std::string_view query = request.query();
    if (reads_query && !query.empty()) {
      query = x.keep(query);
      x.hide_parameter(config.jwt->query);
    }
    const Found found = look(x, query, is_upgrade);
    const bool worth_waiting = may_be_known_soon(found.outcome) && shared.source->ask(rounds);
    if (worth_waiting) return when_fetched(x, rounds, query);
    return settle(x, found);
  }

 private:
  static constexpr std::chrono::steady_clock::time_point kNever{};
  // Reading the clock twice costs a tenth of what a new token does: of sixteen one is timed.
  static constexpr unsigned kUntimed = 15;

  struct Found {
    Credential credential;
    JwtMethod::Outcome outcome;  // of a credential that was found
  };

  Found look(Exchange& x, std::string_view query, bool is_upgrade) {
    constexpr std::int64_t kMicros = 1'000'000;
    lines.clear();
    x.request().headers().each([this](std::string_view name, std::string_view value) {
      lines.push_back({name, value});
    });
    Found out{find_credential(lines, query, is_upgrade, *config.jwt), {}};
    if (out.credential.kind != Credential::Kind::found) return out;
    const std::int64_t now = x.worker().wall_us() / kMicros;
    const bool timed = untimed == 0;
    untimed = timed ? kUntimed : untimed - 1;
    const auto began = timed ? std::chrono::steady_clock::now() : kNever;
    out.outcome = jwt.decide(out.credential.token, now);
    if (timed && !out.outcome.from_cache) {
      seconds.observe(std::chrono::duration_cast<std::chrono::microseconds>(
                          std::chrono::steady_clock::now() - began)
                          .count());
    }
    return out;
  }

  // Whether the key set, fetched again, may have what this token needs: a key of its kid or
  // algorithm; without any set, also the right one.
  [[nodiscard]] bool may_be_known_soon(const JwtMethod::Outcome& outcome) const {
    using gatehouse::crypto::jose::TokenFault;
    if (!outcome.fault || !shared.source) return false;
    return *outcome.fault == TokenFault::unknown_key ||
           *outcome.fault == TokenFault::algorithm_refused ||
           (*outcome.fault == TokenFault::bad_signature && shared.source->is_missing());
  }

  // Looks again once a fetch has ended.  The wait is shorter than `deadline`, after which
  // `on_error` would decide.
  Task<Verdict> when_fetched(Exchange& x, std::uint64_t rounds, std::string_view query) {
    constexpr std::int64_t kLongestUs = 5'000'000;
    const std::int64_t until = x.worker().now_us() + kLongestUs;
    while (shared.source->rounds() == rounds && x.worker().now_us() < until) {
      co_await x.sleep(std::chrono::milliseconds(10));
    }
    // The head may have moved meanwhile; a query that was kept has not.
    const Request request = x.request();
    const Found found = look(x, reads_query ? query : request.query(), request.is_upgrade());
    co_return settle(x, found);
  }

  Verdict settle(Exchange& x, const Found& found) {
    const Request request = x.request();
    switch (found.credential.kind) {
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
    if (found.outcome.from_cache) ++from_cache;
    if (!found.outcome.session) {
      if (may_be_known_soon(found.outcome) && shared.source->is_missing()) {
        ++unavailable;
        return refuse(request, {503, {}}, kKeysAway);
      }
      ++invalid;
      return refuse(request, {401, "invalid_token"}, found.outcome.reason, found.credential.from);
    }
    ++valid;
    if (!found.outcome.session->may_pass) {
      ++forbidden;
      return refuse(request, {403, "insufficient_scope"}, kNotAllowed);
    }
    if (found.credential.from == From::cookie && may_be_forged(request, lines, config.origins)) {
      ++forged;
      return refuse(request, {403, {}}, kOtherPage);
    }
    // Without room for a field the target would not know who asks.
    if (!tell(x, *found.outcome.session, found.credential)) return deny(Reason{"gateway_full"});
    return pass();
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

  bool tell(Exchange& x, const Session& session, const Credential& credential) {
    const auto upstream = x.upstream().headers();
    const auto& names = config.identity_headers;
    bool told = upstream.set(names.id, session.id) && upstream.set(names.role, session.roles);
    if (!session.email.empty()) told = upstream.set(names.email, session.email) && told;
    if (!session.minted.empty()) {
      told = upstream.set("Authorization", "Bearer " + std::string(session.minted)) && told;
    } else if (credential.from != From::bearer) {
      upstream.remove("Authorization");
    }
    identity.id = session.id;
    identity.email = session.email;
    identity.roles.clear();
    for (std::string_view rest = session.roles; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      identity.roles.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    x.set_identity(identity);
    x.set_value("claims", session.claims);
    return told;
  }

  // An expired session in a cookie is a person's: the way to the login page.
  Verdict refuse(const Request& request, const Refusal& refusal, std::string_view reason,
                 From from = From::cookie) const {
    const Asked asked{request.method(), request.target(), request.is_upgrade(), lines,
                      from == From::bearer};
    const Answer answer = answer_for(refusal, asked, config.login);
    Verdict verdict = Verdict(answer.status, reason).body(answer.body, answer.content_type);
    for (const auto& [name, value] : answer.headers)
      verdict = std::move(verdict).header(name, value);
    return verdict;
  }
};

}  // namespace auth

GATEHOUSE_PLUGIN(auth::Auth, "auth", "1.0.0",
                 "finds out who a client is, tells the target, or refuses")
