// One configuration, compiled: immutable, shared by all workers, replaced as a whole.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/prefetch.h"
#include "client/redis.h"
#include "config/spec.h"
#include "crypto/seal.h"
#include "crypto/signer.h"
#include "http/protected_names.h"
#include "net/address.h"
#include "net/address_counts.h"
#include "net/cidr.h"
#include "observe/metrics.h"
#include "plugin/chain.h"
#include "routing/rewrite.h"
#include "routing/rule_table.h"
#include "routing/template.h"
#include "snapshot/own_fields.h"
#include "upstream/group.h"
#include "upstream/target_state.h"

namespace gatehouse::snapshot {

// A number in the metrics and in workers' tables, kept while a rule, group or target of that name
// lives. Thread: made and destroyed by control.
class SlotLease {
 public:
  SlotLease(observe::Metrics& metrics, observe::Metrics::Kind kind, const observe::Labels& labels)
      : metrics_(metrics), kind_(kind), slot_(metrics.take(kind, labels)) {}
  SlotLease(const SlotLease&) = delete;
  SlotLease& operator=(const SlotLease&) = delete;
  ~SlotLease() { metrics_.give_back(kind_, slot_); }
  [[nodiscard]] observe::Slot slot() const { return slot_; }

 private:
  observe::Metrics& metrics_;
  observe::Metrics::Kind kind_;
  observe::Slot slot_;
};
using Lease = std::shared_ptr<const SlotLease>;

// What a group is called and which number it has in metrics and workers' tables; the number stays
// while the name does.
struct TargetView {
  std::string text;  // as configured: "127.0.0.1:5001", "localhost:5002", "unix:/run/a.sock"
  std::string host;  // a name to be resolved, or empty
  std::uint16_t port = 0;
  net::Address address;  // when there is nothing to resolve
  Lease lease;
  std::uint32_t weight = 1;
  std::shared_ptr<upstream::TargetState> state;
};

struct GroupView {
  std::string name;
  Lease lease;
  upstream::PoolLimits pool;
  std::vector<TargetView> targets;
  std::shared_ptr<upstream::GroupState> state;
  upstream::StreamLimits fetch;  // of what steps ask it
  Millis connect{};
};

// A store as workers reach it.
struct StoreView {
  std::string text;  // as a target's: "127.0.0.1:6379", "redis:6379", "unix:/run/redis.sock"
  std::string host;  // a name to be resolved, or empty
  std::uint16_t port = 0;
  net::Address address;  // when there is nothing to resolve
  client::RedisOptions options;
  std::uint64_t content = 0;  // hash of all of that
  std::shared_ptr<client::RedisState> state;
};

// Limits and times of one exchange, resolved: gateway, listener, group, route.
struct ExchangeLimits {
  upstream::StreamLimits stream;
  std::uint64_t body = 0;  // bytes; 0: no limit
  Millis total{};
  Millis connect{};
  Millis queue_wait{};
};

struct ForwardTo {
  std::string group;  // name, for logs
  Lease lease;        // of the group
  std::uint32_t weight = 1;
  std::uint64_t key = 0;  // of the name, in cookies
  ExchangeLimits limits;
};

struct Forward {
  std::vector<ForwardTo> groups;
  std::uint32_t total_weight = 0;
  Millis sticky{};               // 0: every request is divided anew
  std::uint64_t sticky_key = 0;  // of the rule, in cookies

  // Asks the processor for the first group, which with thousands of rules lies in no cache.
  void prefetch() const { gatehouse::prefetch(groups.data(), sizeof(ForwardTo)); }
};

struct Redirect {
  routing::RedirectUrl url;
  std::uint16_t status = 302;
};

struct Respond {
  std::uint16_t status = 200;
  std::string content_type;
  std::string body;
};

// A plugin answers: the step that its rule's chain has for that.
struct Serve {};

// What a rule does in the end.  Rules that do the same share it.
class Action {
 public:
  Action() = default;
  template <typename T>
  explicit Action(std::shared_ptr<const T> what) : what_(std::move(what)) {}
  // Null: it is another.
  template <typename T>
  [[nodiscard]] const T* as() const {
    const auto* what = std::get_if<std::shared_ptr<const T>>(&what_);
    return what == nullptr ? nullptr : what->get();
  }

 private:
  std::variant<std::shared_ptr<const Forward>, std::shared_ptr<const Redirect>,
               std::shared_ptr<const Respond>, std::shared_ptr<const Serve>>
      what_;
};

// A rule, compiled for one listener's limits.  It outlives its snapshot while a tunnel pins it; a
// rule whose content did not change is the same object in the next snapshot.
struct Rule {
  std::string name;
  std::uint64_t content = 0;   // hash of everything that decides what it does
  std::uint32_t priority = 0;  // 0: a default
  bool keep_encoded_slash = false;
  bool raw_path = false;
  std::optional<const SlotLease> lease;               // there once it is built
  std::unique_ptr<const routing::Rewrites> rewrites;  // null: none
  std::unique_ptr<const std::vector<std::string>>
      trailers;                                           // that may pass, lower case; null: none
  std::shared_ptr<const ExchangeLimits> limits;           // of an exchange that goes nowhere
  std::shared_ptr<const plugin::Chain> chain;             // null: no steps
  std::shared_ptr<const std::vector<ForwardTo>> choices;  // of its steps; null: they have none
  std::shared_ptr<const http::ProtectedNames> protects;   // null: its targets are told nothing
  Action action;
};

// What every request reads of its rule.  With many rules it is in no cache: so it is one line, and
// lies beside those of the other rules, which saves most of the walks through page tables, too.
struct alignas(64) RuleHead {
  RuleHead() = default;
  explicit RuleHead(const Rule& of);

  const Rule* rule = nullptr;  // null: there is none
  std::string_view name;
  const ExchangeLimits* limits = nullptr;
  const plugin::Chain* chain = nullptr;
  const Forward* forward = nullptr;  // null: another action
  const http::ProtectedNames* protects = nullptr;
  observe::Slot slot = 0;
  bool keep_encoded_slash = false;
  bool raw_path = false;
  bool rewrites = false;
};
static_assert(sizeof(RuleHead) == 64);

// What all workers share about a listener.
struct alignas(64) ListenerState {
  std::atomic<std::uint32_t> connections{0};
  net::AddressCounts addresses;
};

// A listener as exchanges see it.
struct ListenerView {
  std::string name;
  std::uint32_t slot = 0;
  std::shared_ptr<ListenerState> state;
  std::string address;
  std::string scheme = "http";
  std::string port;  // in digits; "" for a Unix socket
  config::Limits limits;
  config::Timeouts timeouts;
  http::h1::HeadLimits head;
  ExchangeLimits base;  // of an exchange that has no rule
  config::ForwardedFor x_forwarded_for = config::ForwardedFor::append;
  std::optional<OwnFields> own_fields;  // by `scheme` and `port`: always there once it is built
  routing::RuleTable table;
  std::vector<std::shared_ptr<const Rule>> rules;  // by the numbers that the table answers with
  std::vector<RuleHead> heads;                     // theirs
  std::shared_ptr<const Rule> fallback;            // the default; null: none
  RuleHead fallback_head;
};

// What passes for explanations are signed for (proxy/explain_pass.h).
inline constexpr std::string_view kExplainPurpose = "gatehouse explain 1";

struct Snapshot {
  std::uint64_t generation = 0;
  std::uint64_t hash = 0;  // of the file's bytes
  config::Spec spec;
  std::vector<std::unique_ptr<ListenerView>> listeners;
  std::vector<ListenerView*> listener_by_slot;  // null where the slot is not in this snapshot
  std::vector<GroupView> groups;
  std::optional<StoreView> redis;
  std::vector<std::shared_ptr<plugin::Step>> steps;  // of all rules, each once
  net::CidrSet trusted_proxies;
  std::string made_secret;  // in place of `secrets.cookies`, for as long as the process lives
  std::shared_ptr<const crypto::Seal> group_seal;
  std::optional<const crypto::Signer> explain_signer;  // nothing without `secrets.cookies`
  Millis drain{};

  // Once nobody asks for them any more: 1,250 bytes each and their texts, and the rules say all
  // that a gateway is asked.
  void forget_routes() { std::vector<config::RouteSpec>().swap(spec.routes); }
};

}  // namespace gatehouse::snapshot
