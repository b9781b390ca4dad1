// What the gateway has counted since its serving process started, for those who look twice and take
// the difference (admin/traffic.h).
#include "admin/traffic.h"

#include <unistd.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "admin/endpoint.h"
#include "admin/json_answer.h"
#include "admin/live_policies.h"

namespace gatehouse::admin {
namespace {

using Json = nlohmann::ordered_json;
using observe::MetricsShard;
using observe::Slot;

std::int64_t processor_us() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return std::int64_t{used.tv_sec} * 1'000'000 + used.tv_nsec / 1000;
}

std::uint64_t resident_bytes() {
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void add_statuses(Json& out, const observe::StatusClasses& classes) {
  for (std::size_t i = 0; i < kStatusWords.size(); ++i) {
    auto& sum = out[kStatusWords[i]];
    sum = (sum.is_null() ? 0 : sum.get<std::uint64_t>()) + classes.counts[i].value();
  }
}

// Requests and durations of a rule or group, summed over the workers; `more` adds what else there
// is of a worker's.
template <typename T, typename More>
Json answered(const observe::Metrics& metrics, observe::Series<T> MetricsShard::*series, Slot slot,
              const std::string& name, More more) {
  Json out = {{"name", name}};
  add_statuses(out, {});
  std::array<std::uint64_t, observe::Histogram::kBuckets> buckets{};
  std::uint64_t sum_us = 0;
  for (const auto& shard : metrics.all()) {
    const T* one = ((*shard).*series).find(slot);
    if (one == nullptr) continue;
    add_statuses(out, one->requests);
    sum_us += one->duration.add_to(buckets);
    more(out, *one);
  }
  out["duration_us"] = sum_us;
  out["buckets"] = buckets;
  return out;
}

void add(Json& out, const char* key, std::int64_t value) {
  out[key] = out.value(key, std::int64_t{0}) + value;
}

bool was_asked(const Json& rule) {
  return std::any_of(kStatusWords.begin(), kStatusWords.end(),
                     [&](const auto* word) { return rule[word] != 0; });
}

// Those that were asked at least once; a rule of several listeners is one.
Json rules_of(const control::Gateway& gateway) {
  Json out = Json::array();
  std::unordered_set<Slot> seen;
  const auto look = [&](const snapshot::Rule& rule) {
    if (!seen.insert(rule.lease->slot()).second) return;
    Json one = answered(gateway.metrics(), &MetricsShard::rules, rule.lease->slot(), rule.name,
                        [](Json&, const observe::RuleMetrics&) {});
    if (was_asked(one)) out.push_back(std::move(one));
  };
  for (const auto& listener : gateway.live().listeners) {
    for (const auto& rule : listener->rules) look(*rule);
    if (listener->fallback != nullptr) look(*listener->fallback);
  }
  return out;
}

Json groups_of(const control::Gateway& gateway) {
  Json out = Json::array();
  const auto& metrics = gateway.metrics();
  for (const auto& group : gateway.live().groups) {
    Json one =
        answered(metrics, &MetricsShard::groups, group.lease->slot(), group.name,
                 [](Json& json, const observe::GroupMetrics& counted) {
                   add(json, "retries", static_cast<std::int64_t>(counted.retries.value()));
                   add(json, "unavailable", static_cast<std::int64_t>(counted.unavailable.value()));
                 });
    for (const auto& target : group.targets) {
      for (const auto& shard : metrics.all()) {
        const auto* counted = shard->targets.find(target.lease->slot());
        if (counted == nullptr) continue;
        add(one, "in_flight", counted->in_flight.value());
        add(one, "connections", counted->connections.value());
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

Json policies_of(const control::Gateway& gateway) {
  const std::int64_t now_us = SystemClock().monotonic().us;
  Json out = Json::array();
  for (const auto& state : live_policies(gateway)) {
    Json failures = Json::object();
    for (std::size_t i = 0; i < policy::kCauseWords.size(); ++i)
      failures[policy::kCauseWords[i]] = state->failures(static_cast<policy::Cause>(i));
    using Counts = policy::RunCounts;
    out.push_back({{"name", state->name()},
                   {"runs", state->sum(&Counts::runs)},
                   {"cpu_us", state->sum(&Counts::cpu_ns) / 1000},
                   {"wall_us", state->sum(&Counts::wall_ns) / 1000},
                   {"failures", failures},
                   {"skipped", state->sum(&Counts::skipped)},
                   {"disagreements", state->sum(&Counts::disagreed)},
                   {"breaker", state->breaker().is_open(now_us) ? "open" : "closed"}});
  }
  return out;
}

Json whole(const observe::Metrics& metrics) {
  Json out;
  add_statuses(out, {});
  for (const auto& shard : metrics.all()) {
    const auto& worker = shard->worker;
    add_statuses(out, worker.responses);
    add(out, "received_bytes", static_cast<std::int64_t>(worker.downstream_received_bytes.value()));
    add(out, "sent_bytes", static_cast<std::int64_t>(worker.downstream_sent_bytes.value()));
    add(out, "connections", worker.connections_open.value());
    add(out, "exchanges", worker.exchanges_open.value());
    add(out, "tunnels", worker.tunnels_open.value());
  }
  return out;
}

}  // namespace

void serve_traffic(control::Gateway& gateway, const Request&, const Respond& respond) {
  const Json out = {{"version", GATEHOUSE_VERSION},
                    {"generation", gateway.live().generation},
                    {"workers", gateway.crew().active()},
                    {"pid", ::getpid()},
                    {"clock_us", SystemClock().monotonic().us},
                    {"cpu_us", processor_us()},
                    {"resident_bytes", resident_bytes()},
                    {"gateway", whole(gateway.metrics())},
                    {"rules", rules_of(gateway)},
                    {"groups", groups_of(gateway)},
                    {"policies", policies_of(gateway)}};
  respond(json_answer(out));
}

}  // namespace gatehouse::admin
