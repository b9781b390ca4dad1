#include "admin/traffic.h"

#include <string>
#include <unordered_map>
#include <vector>

#include "observe/counter.h"
#include "policy/policy_state.h"

namespace gatehouse::admin {
namespace {

using Json = nlohmann::ordered_json;

class Difference {
 public:
  Difference(const Json& before, const Json& now)
      : seconds_(static_cast<double>(count(now, "clock_us") - count(before, "clock_us")) / 1e6) {}

  [[nodiscard]] double seconds() const { return seconds_; }
  [[nodiscard]] static std::int64_t count(const Json& of, const char* key) {
    return of.value(key, std::int64_t{0});
  }
  // A counter that began anew with its rule, say, has not gone down.
  [[nodiscard]] static std::int64_t more(const Json& before, const Json& now, const char* key) {
    const std::int64_t was = count(before, key);
    const std::int64_t is = count(now, key);
    return is >= was ? is - was : is;
  }
  [[nodiscard]] double rate(const Json& before, const Json& now, const char* key) const {
    return seconds_ <= 0 ? 0 : static_cast<double>(more(before, now, key)) / seconds_;
  }
  void add_requests(Json& out, const Json& before, const Json& now) const {
    double all = 0;
    out["requests"] = 0.0;
    for (const auto* word : kStatusWords) {
      out[word] = rate(before, now, word);
      all += out[word].get<double>();
    }
    out["requests"] = all;
  }

 private:
  const double seconds_;
};

void add_durations(Json& out, const Json& before, const Json& now) {
  std::vector<std::int64_t> buckets = now["buckets"];
  const bool anew =
      Difference::count(now, "duration_us") < Difference::count(before, "duration_us");
  std::int64_t all = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (!anew && before.contains("buckets")) buckets[i] -= before["buckets"][i].get<std::int64_t>();
    all += buckets[i];
  }
  out["mean_ms"] = Json();
  out["p99_below_ms"] = Json();
  if (all <= 0) return;
  out["mean_ms"] = static_cast<double>(Difference::more(before, now, "duration_us")) / 1000 /
                   static_cast<double>(all);
  std::int64_t below = 0;
  for (std::size_t i = 0; i < observe::Histogram::kBounds.size() && i < buckets.size(); ++i) {
    below += buckets[i];
    if (below * 100 < all * 99) continue;
    out["p99_below_ms"] = static_cast<double>(observe::Histogram::kBounds[i]) / 1000;
    return;
  }
}

Json rule_rates(const Difference& difference, const Json& before, const Json& now) {
  Json out = {{"name", now["name"]}};
  difference.add_requests(out, before, now);
  add_durations(out, before, now);
  return out;
}

Json group_rates(const Difference& difference, const Json& before, const Json& now) {
  Json out = rule_rates(difference, before, now);
  for (const auto* key : {"retries", "unavailable"}) out[key] = difference.rate(before, now, key);
  for (const auto* key : {"in_flight", "connections"}) out[key] = Difference::count(now, key);
  return out;
}

// Microseconds of a run; null: none was timed.
Json of_a_run(const Json& before, const Json& now, const char* key) {
  const std::int64_t timed = Difference::more(before, now, key);
  const std::int64_t runs = Difference::more(before, now, "runs");
  if (timed > 0 && runs > 0) return static_cast<double>(timed) / static_cast<double>(runs);
  const std::int64_t all = Difference::count(now, "runs");
  const std::int64_t all_timed = Difference::count(now, key);
  if (all == 0 || all_timed == 0) return {};
  return static_cast<double>(all_timed) / static_cast<double>(all);
}

Json policy_rates(const Difference& difference, const Json& before, const Json& now) {
  Json out = {{"name", now["name"]}, {"runs", difference.rate(before, now, "runs")}};
  for (const auto* key : {"cpu_us", "wall_us"}) out[key] = of_a_run(before, now, key);
  out["load"] = difference.rate(before, now, "cpu_us") / 1e6;
  const Json nothing = Json::object();
  const Json& was = before.contains("failures") ? before["failures"] : nothing;
  const auto failed = [&](policy::Cause cause) {
    const std::string key(policy::kCauseWords[static_cast<std::size_t>(cause)]);
    return difference.rate(was, now["failures"], key.c_str());
  };
  using policy::Cause;
  out["errors"] = failed(Cause::error);
  out["kills"] = failed(Cause::cpu) + failed(Cause::memory) + failed(Cause::wall);
  for (const auto* key : {"skipped", "disagreements"}) out[key] = difference.rate(before, now, key);
  out["breaker"] = now["breaker"];
  return out;
}

template <typename One>
Json each(const Difference& difference, const Json& before, const Json& now, One one) {
  const Json nothing = Json::object();
  std::unordered_map<std::string, const Json*> earlier;
  for (const auto& row : before) earlier.emplace(row["name"].get<std::string>(), &row);
  Json out = Json::array();
  for (const auto& row : now) {
    const auto at = earlier.find(row["name"].get<std::string>());
    out.push_back(one(difference, at == earlier.end() ? nothing : *at->second, row));
  }
  return out;
}

}  // namespace

Json traffic(const Json& before, const Json& now) {
  const Difference difference(before, now);
  Json out = {{"seconds", difference.seconds()}};
  for (const auto* key : {"version", "generation", "workers", "pid", "resident_bytes"})
    out[key] = now[key];
  out["cpu"] = difference.rate(before, now, "cpu_us") / 1e6;
  Json& whole = out["gateway"] = Json::object();
  difference.add_requests(whole, before["gateway"], now["gateway"]);
  for (const auto* key : {"received_bytes", "sent_bytes"})
    whole[key] = difference.rate(before["gateway"], now["gateway"], key);
  for (const auto* key : {"connections", "exchanges", "tunnels"})
    whole[key] = Difference::count(now["gateway"], key);
  out["rules"] = each(difference, before["rules"], now["rules"], rule_rates);
  out["groups"] = each(difference, before["groups"], now["groups"], group_rates);
  out["policies"] = each(difference, before["policies"], now["policies"], policy_rates);
  return out;
}

}  // namespace gatehouse::admin
