// A user's name and password on every request, checked against a file of hashes.
#include <chrono>
#include <gatehouse/helpers.hpp>
#include <gatehouse/negotiation.hpp>
#include <gatehouse/plugin.hpp>

#include "credential.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "htpasswd.h"
#include "seen.h"

namespace basic_auth {

using namespace gatehouse;

struct Config {
  File users;
  std::string realm = "restricted";
  bool pass_on = false;
  std::chrono::seconds remember{60};
  static constexpr auto schema =
      fields(field("users", &Config::users, required, example("users.htpasswd"),
                   "file with NAME:HASH on each line, as `htpasswd -B` writes them"),
             field("realm", &Config::realm, "what browsers show"),
             field("pass_on", &Config::pass_on, "the target gets the password too"),
             field("remember", &Config::remember, range(0, 60'000),
                   "how long a password that was right is not hashed again"));
};

// On a helper's thread: a password takes a fifth of a second.
struct Hashing final : Helpers::Job {
  Hashing(const Htpasswd& u, Credential c) : users(u), credential(std::move(c)) {}
  void run() override { right = users.knows(credential.name, credential.password); }
  const Htpasswd& users;
  Credential credential;
  bool right = false;
};

struct BasicAuth {
  using Config = basic_auth::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    const Htpasswd users(config.users.bytes);
    if (const auto& flaw = users.flaw())
      problems.error("users", "line " + std::to_string(flaw->line) + ": " + flaw->what,
                     "htpasswd -B -C 12 " + config.users.path + " NAME");
    else if (users.empty())
      problems.error("users", "the file has no users");
    else if (users.costs_differ())
      problems.warning("users", "passwords cost differently much to check, which tells users apart",
                       "hash all of them in the same way");
    if (users.takes_long())
      problems.warning("users", "a password takes seconds to check, and until then nobody passes",
                       "htpasswd -B -C 12");
    if (config.realm.find_first_of("\"\\\r\n") != std::string::npos)
      problems.error("realm", "no quotes, backslashes or line ends");
  }
  static void explain(const Config&, Explained& would) {
    Credential credential;
    switch (read(would.request(), credential)) {
      case Reading::absent:
        return would.says("there is no name and no password").answers(401);
      case Reading::malformed:
        return would.says("Authorization has no name and password that could be read").answers(400);
      case Reading::good:
        break;
    }
    would.says("asks the file `users` whether that is the password of " + credential.name +
               "; else 401");
  }
  static bool gives_identity(const Config&) { return true; }

  struct Shared {
    explicit Shared(const Config& config)
        : users(config.users.bytes), secret(crypto::random_bytes(32)) {}
    const Htpasswd users;
    const std::string secret;  // of what is remembered: no password can be guessed from that
    Helpers helpers{2, 64};
  };

  const Config& config;
  Shared& shared;
  Seen seen{};
  crypto::Sha256 sha{};
  Counter accepted{}, refused{}, hashed{}, full{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("accepted", &BasicAuth::accepted, "requests with a password that is right"),
      metric("refused", &BasicAuth::refused, "requests with one that is not"),
      metric("hashed", &BasicAuth::hashed, "passwords that were hashed"),
      metric("full", &BasicAuth::full, "requests that found too many waiting for that"));

  Task<Verdict> on_request(Exchange& x) {
    Credential credential;
    switch (read(x.request(), credential)) {
      case Reading::absent:
        co_return challenge("not_authenticated");
      case Reading::malformed:
        co_return deny(400, "credential_malformed");
      case Reading::good:
        break;
    }
    // Longer ones would be cut silently.
    if (credential.password.size() > kLongest) co_return wrong();
    Key key;
    if (!key_of(credential, key)) co_return deny(503, "gateway_full");
    while (!seen.holds(key, x.worker().now_us()) && seen.is_under_way(key)) co_await x.sleep(kLook);
    if (!seen.holds(key, x.worker().now_us())) {
      const Seen::Mark mark(seen, key);
      const auto hashing = std::make_shared<Hashing>(shared.users, credential);
      ++hashed;
      if (!co_await shared.helpers.run(x, hashing)) {
        ++full;
        co_return deny(503, "gateway_full").header("Retry-After", "1");
      }
      if (!hashing->right) co_return wrong();
      const auto remember = std::chrono::microseconds(config.remember).count();
      seen.add(key, x.worker().now_us() + remember);
    }
    ++accepted;
    x.set_identity({.id = credential.name, .email = {}, .method = "basic", .roles = {}});
    if (!config.pass_on) x.upstream().headers().remove("Authorization");
    co_return pass();
  }

 private:
  static constexpr std::chrono::milliseconds kLook{5};  // for what another one hashes: 0.2 s

  // Two fields are no credential at all: targets read different ones of them.
  static Reading read(const Request& request, Credential& out) {
    std::size_t count = 0;
    std::string_view found;
    request.headers().each([&](std::string_view name, std::string_view value) {
      if (!gatehouse::detail::same_word(name, "Authorization")) return;
      ++count;
      found = value;
    });
    if (count == 0) return Reading::absent;
    return count > 1 ? Reading::malformed : read_credential(found, out);
  }

  bool key_of(const Credential& credential, Key& out) {
    return sha.of(shared.secret + credential.name + '\0' + credential.password, out);
  }

  Verdict wrong() {
    ++refused;
    return challenge("credential_refused");
  }
  [[nodiscard]] Verdict challenge(std::string_view reason) const {
    return deny(401, reason)
        .header("WWW-Authenticate", "Basic realm=\"" + config.realm + "\", charset=\"UTF-8\"")
        .header("Cache-Control", "no-store");
  }
};

}  // namespace basic_auth

GATEHOUSE_PLUGIN(basic_auth::BasicAuth, "basic_auth", "1.0.0",
                 "asks for a name and a password that a file knows")
