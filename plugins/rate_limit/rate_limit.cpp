// How often: requests that have something in common, counted together; too many get a 429.
#include <atomic>
#include <gatehouse/plugin.hpp>

#include "config.h"
#include "crypto/digest.h"
#include "crypto/random.h"
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
  static bool needs_identity(const Config& config) {
    const auto key = parse_key(config.key);
    return key && (key->kind == Key::Kind::user || key->kind == Key::Kind::claim);
  }

  struct Memo {
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
  std::string policy = policy_text(config);
  crypto::Sha256 sha{};
  std::string text{};  // what is hashed, kept for its room
  Counter admitted{}, refused{}, store_failures{};
  static constexpr auto metrics = gatehouse::metrics(
      metric("admitted", &RateLimit::admitted, "requests within the limit"),
      metric("refused", &RateLimit::refused, "requests beyond it, in shadow too"),
      metric("store_failures", &RateLimit::store_failures,
             "requests for which the store did not answer: on_store_failure decided"));

  Task<Verdict> on_request(Exchange& x, Memo& memo) {
    crypto::Digest256 digest;
    if (!digest_of(x, digest)) co_return deny(503, "store_unavailable");
    const std::uint64_t hash = hash_of(digest);
    if (shared.in_flight != nullptr && !enter(hash, memo))
      co_return refuse("too_many_at_once", "1");
    if (shared.table == nullptr) {
      ++admitted;
      co_return pass();
    }
    if (config.store.name.empty()) {
      memo.decision = shared.table->admit(hash, shared.limit, now(x));
    } else {
      Verdict instead = pass();
      if (!co_await ask(x, memo, digest, instead)) co_return instead;
    }
    memo.counted = true;
    if (!memo.decision.admitted)
      co_return refuse("rate_limited", seconds_until(memo.decision.retry_after));
    ++admitted;
    co_return pass();
  }

  Verdict on_response(Exchange& x, Memo& memo) const {
    if (config.mode == Mode::shadow) return pass();
    const auto headers = x.response().headers();
    headers.add("RateLimit-Policy", policy);
    std::string left;
    if (memo.counted) left = rate_text(config, memo.decision);
    if (memo.counted_at_once)
      left += (left.empty() ? "" : ", ") + concurrency_text(config, memo.under_way);
    if (!left.empty()) headers.add("RateLimit", left);
    return pass();
  }

 private:
  static std::int64_t now(Exchange& x) {
    constexpr std::int64_t kNanos = 1000;
    return x.worker().now_us() * kNanos;
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

  // False: the library failed, and nobody can be counted.  Of gateways that count together equal
  // keys must look equal; of one alone nobody else is to find two that do.
  bool digest_of(Exchange& x, crypto::Digest256& out) {
    text.clear();
    if (config.store.name.empty()) text = shared.secret;
    append_key(x, key, text);
    return sha.of(text, out);
  }

  // False: `instead` is what happens, for want of a store.
  Task<bool> ask(Exchange& x, Memo& memo, const crypto::Digest256& digest, Verdict& instead) {
    const std::string name = name_of(x, digest);
    auto reply = co_await x.command(config.store, "EVALSHA", script.sha, "1", name, script.first,
                                    script.second);
    if (reply && reply->is_error("NOSCRIPT")) {
      auto again = co_await x.command(config.store, "EVAL", script.text, "1", name, script.first,
                                      script.second);
      reply = std::move(again);
    }
    std::string reason = reply ? "store_unavailable" : reply.error().word;
    const bool answered = reply && read(*reply, memo.decision);
    co_return answered ? count_along(x, digest, memo)
                       : do_without(x, digest, memo, reason, instead);
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

  // The store has decided.  What it admits is counted here as well, so that a store that goes away
  // does not give everybody another burst, nor one that comes back.
  bool count_along(Exchange& x, const crypto::Digest256& digest, Memo& memo) {
    if (config.on_store_failure != StoreFailure::local || !memo.decision.admitted) return true;
    const std::int64_t at = now(x);
    const Decision here = shared.table->admit(hash_of(digest), shared.limit, at);
    if (!here.admitted && at < shared.counted_here_until.load(std::memory_order_relaxed))
      memo.decision = here;
    return true;
  }

  bool do_without(Exchange& x, const crypto::Digest256& digest, Memo& memo, std::string_view reason,
                  Verdict& instead) {
    ++store_failures;
    switch (config.on_store_failure) {
      case StoreFailure::open:
        return false;
      case StoreFailure::closed:
        if (config.mode == Mode::enforce)
          instead = deny(503, reason).header("Retry-After", kStoreRetryAfter);
        return false;
      case StoreFailure::local:
        break;
    }
    const std::int64_t at = now(x);
    shared.counted_here_until.store(at + shared.limit.memory(), std::memory_order_relaxed);
    memo.decision = shared.table->admit(hash_of(digest), shared.limit, at);
    return true;
  }

  static std::uint64_t hash_of(const crypto::Digest256& digest) {
    std::uint64_t out = 0;
    std::memcpy(&out, digest.data(), sizeof out);
    return out;
  }
};

}  // namespace rate_limit

GATEHOUSE_PLUGIN(rate_limit::RateLimit, "rate_limit", "1.1.0",
                 "refuses requests that come too often")
