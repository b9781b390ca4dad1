// How often: requests that have something in common, counted together; too many get a 429.
#include <gatehouse/plugin.hpp>

#include "config.h"
#include "crypto/digest.h"
#include "crypto/jose/json.h"
#include "crypto/random.h"
#include "table.h"

namespace rate_limit {

using namespace gatehouse;

// For people who wait: whole seconds, rounded up, at least one.
std::string seconds_until(std::int64_t nanoseconds) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  return std::to_string(std::max<std::int64_t>((nanoseconds + kSecond - 1) / kSecond, 1));
}

struct RateLimit {
  using Config = rate_limit::Config;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    rate_limit::check(config, problems);
  }
  static bool needs_identity(const Config& config) {
    const auto key = parse_key(config.key);
    return key && (key->kind == Key::Kind::user || key->kind == Key::Kind::claim);
  }

  static constexpr std::size_t kKeys = 1'000'000;
  // Counts of all workers; they go on when the configuration changes.
  struct Shared {
    explicit Shared(const Config&)
        : table(std::make_shared<Table>(kKeys)), secret(crypto::random_bytes(16)) {}
    void handover(Shared& before) {
      table = before.table;
      secret = before.secret;
    }
    std::shared_ptr<Table> table;
    std::string secret;
  };
  struct Memo {
    bool counted = false;
    Gcra::Decision decision;
  };

  const Config& config;
  Shared& shared;
  Gcra limit = limit_of(config);
  Key key = *parse_key(config.key);
  std::string policy = policy_text(config);
  crypto::Sha256 sha{};
  std::string text{};  // what is hashed, kept for its room
  Counter admitted{}, refused{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("admitted", &RateLimit::admitted, "requests within the limit"),
      metric("refused", &RateLimit::refused, "requests beyond it, in shadow too"));

  Verdict on_request(Exchange& x, Memo& memo) {
    constexpr std::int64_t kNanos = 1000;
    std::uint64_t hash = 0;
    if (!hash_of(x, hash)) return deny(503, "store_unavailable");
    memo.decision = shared.table->admit(hash, limit, x.worker().now_us() * kNanos);
    memo.counted = true;
    if (memo.decision.admitted) {
      ++admitted;
      return pass();
    }
    ++refused;
    if (config.mode == Mode::shadow) return pass();
    return deny(429, "rate_limited")
        .header("Retry-After", seconds_until(memo.decision.retry_after));
  }

  // draft-ietf-httpapi-ratelimit-headers-10.
  Verdict on_response(Exchange& x, Memo& memo) const {
    if (!memo.counted || config.mode == Mode::shadow) return pass();
    const auto headers = x.response().headers();
    headers.add("RateLimit-Policy", policy);
    headers.add("RateLimit", "\"" + config.key + "\";r=" + std::to_string(memo.decision.remaining) +
                                 ";t=" + seconds_until(memo.decision.reset));
    return pass();
  }

 private:
  static std::string policy_text(const Config& config) {
    const Rate rate = *parse_rate(config.rate);
    return "\"" + config.key + "\";q=" + std::to_string(rate.count) +
           ";w=" + std::to_string(rate.seconds);
  }

  // False: the library failed, and nobody can be counted.
  bool hash_of(Exchange& x, std::uint64_t& out) {
    text = shared.secret;
    if (!add_key(x)) add_address(x);
    crypto::Digest256 digest;
    if (!sha.of(text, digest)) return false;
    std::memcpy(&out, digest.data(), sizeof out);
    return true;
  }

  // False: the request has no such thing; then its address counts.
  bool add_key(Exchange& x) {
    text += static_cast<char>('a' + static_cast<int>(key.kind));
    switch (key.kind) {
      case Key::Kind::client_ip:
        return false;
      case Key::Kind::route:
        text += x.request().rule();
        return true;
      case Key::Kind::user: {
        const auto identity = x.identity();
        if (!identity) return false;
        text += identity->id;
        return true;
      }
      case Key::Kind::header:
        return add(x.request().headers().find(key.name));
      case Key::Kind::value:
        return add(x.value(key.name));
      case Key::Kind::claim:
        return add_claim(x);
    }
    return false;
  }
  bool add(std::optional<std::string_view> value) {
    if (value) text += *value;
    return value.has_value();
  }

  bool add_claim(Exchange& x) {
    const auto claims = x.value("claims");
    if (!claims) return false;
    crypto::jose::Json json;
    std::string copy(*claims);
    if (json.read(copy.data(), copy.size())) return false;
    const crypto::jose::JsonNode* claim = json.find(key.name);
    const bool plain = claim != nullptr && claim->type != crypto::jose::JsonType::object &&
                       claim->type != crypto::jose::JsonType::array;
    return plain && add(claim->text);
  }

  // A network of 64 bits is one client: whoever has an IPv6 address has 2^64 of them.
  void add_address(Exchange& x) {
    constexpr std::size_t kNetwork = 8;
    const Address address = x.request().client_address();
    text += 'i';
    text.append(reinterpret_cast<const char*>(address.bytes.data()),
                std::min(address.size, address.size == 16 ? kNetwork : 4));
  }
};

}  // namespace rate_limit

GATEHOUSE_PLUGIN(rate_limit::RateLimit, "rate_limit", "1.0.0",
                 "refuses requests that come too often")
