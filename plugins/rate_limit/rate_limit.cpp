// How often: requests that have something in common, counted together; too many get a 429.
#include <atomic>
#include <gatehouse/plugin.hpp>

#include "config.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/siphash.h"
#include "fields.h"
#include "in_flight.h"
#include "key_reader.h"
#include "script.h"
#include "table.h"

namespace rate_limit {

using namespace gatehouse;

// A store that was away is tried again within this time.
constexpr std::string_view kStoreRetryAfter = "2";
constexpr std::size_t kKeys = 1'000'000;
constexpr std::size_t kKeysUnderWay = 250'000;

// Counts of all workers; they go on when the configuration changes.
struct Counts {
  explicit Counts(const Config& config) : secret(crypto::random_bytes(16)) {
    if (!config.rate.empty()) {
      limit = limit_of(config);
      table = std::make_shared<Table>(kKeys);
    }
    if (config.concurrency != 0) in_flight = std::make_shared<InFlight>(kKeysUnderWay);
  }
  void handover(Counts& before) {
    secret = before.secret;
    if (table != nullptr && before.table != nullptr && limit.reads(before.limit))
      table = before.table;
    if (in_flight != nullptr && before.in_flight != nullptr) in_flight = before.in_flight;
    counted_here_until = before.counted_here_until.load();
  }
  Limit limit;
  std::shared_ptr<Table> table;         // null: there is no rate
  std::shared_ptr<InFlight> in_flight;  // null: there is no concurrency
  std::string secret;
  // Until then what passed while the store was away may matter.
  std::atomic<std::int64_t> counted_here_until{0};
};

struct RateLimit {
  using Config = rate_limit::Config;
  using Shared = Counts;
  static constexpr auto schema = Config::schema;
  static void check(const Config& config, Problems& problems) {
    rate_limit::check(config, problems);
  }
  static void explain(const Config& config, Explained& would) {
    const bool shadow = config.mode == Mode::shadow;
    if (would.phase() == GH_RESPONSE) {
      if (!shadow) would.sets("RateLimit-Policy", policy_text(config));
      return;
    }
    std::string words = "counts by " + config.key + ": ";
    if (!config.rate.empty())
      words += config.rate + ", at once " + std::to_string(burst_of(config)) + ", else 429";
    if (config.concurrency != 0)
      words += std::string(config.rate.empty() ? "" : "; ") + "under way " +
               std::to_string(config.concurrency) + ", else 429";
    would.says(words + (shadow ? " (shadow: nobody is refused)" : ""));
  }
  static bool needs_identity(const Config& config) {
    const auto key = parse_key(config.key);
    return key && (key->kind == Key::Kind::user || key->kind == Key::Kind::claim);
  }

  struct Memo {
    std::optional<std::uint64_t> hashed;  // the key, where it was known before
    bool counted = false;
    bool counted_at_once = false;
    std::uint32_t under_way = 0;
    InFlight::Place place;  // until the exchange ends, however it does
    Decision decision;
  };

  const Config& config;
  Shared& shared;
  Key key = *parse_key(config.key);
  Script script = config.rate.empty() ? Script{} : script_of(shared.limit, burst_of(config));
  Items items{config};
  FixedHeaders policy{{"RateLimit-Policy", policy_text(config)}};
  crypto::SipHash keyed{shared.secret};
  crypto::Sha256 sha{};
  std::string text{};  // a key or a field, kept for its room
  Counter admitted{}, refused{}, store_failures{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("admitted", &RateLimit::admitted, "requests within the limit"),
      metric("refused", &RateLimit::refused, "requests beyond it, in shadow too"),
      metric("store_failures", &RateLimit::store_failures,
             "requests for which the store did not answer: on_store_failure decided"));

  // A key of the request alone is known before the steps in front have run.
  void expect(Exchange& x, Memo& memo) {
    const bool known = key.kind == Key::Kind::header || key.kind == Key::Kind::client_ip;
    if (!known || shared.table == nullptr || !config.store.name.empty()) return;
    memo.hashed = hash_of(x);
    if (memo.hashed) shared.table->expect(*memo.hashed);
  }

  MayWait on_request(Exchange& x, Memo& memo) {
    if (!memo.hashed) memo.hashed = hash_of(x);
    if (!memo.hashed) return refuse_several();
    const std::uint64_t hashed = *memo.hashed;
    if (shared.in_flight != nullptr && !enter(hashed, memo)) return refuse("too_many_at_once", "1");
    if (shared.table == nullptr) {
      ++admitted;
      return pass();
    }
    if (config.store.name.empty())
      return decided(memo, shared.table->admit(hashed, shared.limit, now(x)));
    // Of gateways that count together equal keys must look equal.
    crypto::Digest256 digest;
    if (!sha.of(text, digest)) return do_without(x, memo, hashed, "store_unavailable");
    return ask(x, memo, hashed, digest);
  }

  Verdict on_response(Exchange& x, Memo& memo) {
    if (config.mode == Mode::shadow) return pass();
    const auto headers = x.response().headers();
    headers.add(policy);
    text.clear();
    if (memo.counted) items.append_rate(memo.decision, text);
    if (memo.counted_at_once) items.append_concurrency(memo.under_way, text);
    if (!text.empty()) headers.add("RateLimit", text);
    return pass();
  }

 private:
  // Leaves the key in `text`; nothing: the request has several.
  std::optional<std::uint64_t> hash_of(Exchange& x) {
    text.clear();
    if (!append_key(x, key, text)) return std::nullopt;
    return keyed(text);
  }

  static std::int64_t now(Exchange& x) {
    constexpr std::int64_t kNanos = 1000;
    return x.worker().now_us() * kNanos;
  }

  Verdict decided(Memo& memo, const Decision& decision) {
    memo.decision = decision;
    memo.counted = true;
    if (!decision.admitted) return refuse("rate_limited", seconds_until(decision.retry_after));
    ++admitted;
    return pass();
  }

  Verdict refuse_several() {
    ++refused;
    return config.mode == Mode::shadow ? pass() : deny(400);
  }

  Verdict refuse(std::string_view reason, std::string_view retry_after) {
    ++refused;
    if (config.mode == Mode::shadow) return pass();
    return deny(429, reason).header("Retry-After", retry_after);
  }

  bool enter(std::uint64_t hash, Memo& memo) {
    auto entered = shared.in_flight->enter(hash, config.concurrency);
    memo.place = std::move(entered.place);
    memo.under_way = entered.under_way;
    memo.counted_at_once = true;
    return static_cast<bool>(memo.place);
  }

  Task<Verdict> ask(Exchange& x, Memo& memo, std::uint64_t hashed, crypto::Digest256 digest) {
    const std::string name = name_of(x, digest);
    auto reply = co_await x.command(config.store, "EVALSHA", script.sha, "1", name, script.first,
                                    script.second);
    if (reply && reply->is_error("NOSCRIPT")) {
      auto again = co_await x.command(config.store, "EVAL", script.text, "1", name, script.first,
                                      script.second);
      reply = std::move(again);
    }
    const std::string reason = reply ? "store_unavailable" : reply.error().word;
    Decision decision;
    if (!reply || !read(*reply, decision)) co_return do_without(x, memo, hashed, reason);
    count_along(x, hashed, decision);
    co_return decided(memo, decision);
  }

  // The name of the limit, which is the same whatever else a file says, and of the key.
  std::string name_of(Exchange& x, const crypto::Digest256& digest) const {
    constexpr std::size_t kBytes = 16;
    std::string out = "gatehouse:limit:" + std::string(x.step_name());
    out += shared.limit.slides() ? ":w:" : ":g:";
    for (std::size_t i = 0; i < kBytes; ++i) {
      out += "0123456789abcdef"[digest[i] >> 4];
      out += "0123456789abcdef"[digest[i] & 15];
    }
    return out;
  }

  static bool read(const Reply& reply, Decision& out) {
    constexpr std::int64_t kNanos = 1000;
    constexpr std::int64_t kMost = std::int64_t{1} << 52;
    if (reply.kind() == Reply::Kind::error) log_error(reply.text());
    const auto& items = reply.items();
    if (items.size() != 4) return false;
    for (const Reply& item : items) {
      if (item.kind() != Reply::Kind::number || item.number() < 0 || item.number() > kMost)
        return false;
    }
    out.admitted = items[0].number() == 1;
    out.remaining = static_cast<std::uint64_t>(items[1].number());
    out.retry_after = items[2].number() * kNanos;
    out.reset = items[3].number() * kNanos;
    return true;
  }

  // What the store admits is counted here as well, so that a store that goes away does not give
  // everybody another burst, nor one that comes back.
  void count_along(Exchange& x, std::uint64_t hash, Decision& decision) {
    if (config.on_store_failure != StoreFailure::local || !decision.admitted) return;
    const std::int64_t at = now(x);
    const Decision here = shared.table->admit(hash, shared.limit, at);
    if (!here.admitted && at < shared.counted_here_until.load(std::memory_order_relaxed))
      decision = here;
  }

  Verdict do_without(Exchange& x, Memo& memo, std::uint64_t hash, std::string_view reason) {
    ++store_failures;
    if (config.on_store_failure == StoreFailure::local) {
      const std::int64_t at = now(x);
      shared.counted_here_until.store(at + shared.limit.memory(), std::memory_order_relaxed);
      return decided(memo, shared.table->admit(hash, shared.limit, at));
    }
    if (config.on_store_failure == StoreFailure::open || config.mode == Mode::shadow) return pass();
    return deny(503, reason).header("Retry-After", kStoreRetryAfter);
  }
};

}  // namespace rate_limit

GATEHOUSE_PLUGIN(rate_limit::RateLimit, "rate_limit", "1.1.0",
                 "refuses requests that come too often")
