// What a plugin counts: members of its struct, one per worker, which the scrape sums.
//
//   struct Limit {
//     Counter refused;
//     static constexpr auto metrics = gatehouse::metrics(metric("refused", &Limit::refused,
//     "requests refused"));
//
// is gatehouse_limit_refused_total{instance="…"}.
#pragma once

#include <atomic>
#include <bit>
#include <gatehouse/schema.hpp>

namespace [[gnu::visibility("hidden")]] gatehouse {

// Written by one worker, read by any thread: no locked instruction.
class Counter {
 public:
  void operator++() noexcept { add(1); }
  void add(std::uint64_t n) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

class Gauge {
 public:
  void operator++() noexcept { set(value() + 1); }
  void operator--() noexcept { set(value() - 1); }
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Durations in the gateway's buckets.
class Histogram {
 public:
  static constexpr std::array<std::int64_t, GH_BUCKETS - 1> kBounds = {
      500,     1'000,   2'500,   5'000,     10'000,    25'000,    50'000,
      100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
  void observe(std::int64_t microseconds) noexcept {
    std::size_t bucket = 0;
    while (bucket < kBounds.size() && microseconds > kBounds[bucket]) ++bucket;
    ++buckets_[bucket];
    if (microseconds > 0) sum_.add(static_cast<std::uint64_t>(microseconds));
  }
  void read(std::uint64_t* out) const noexcept {
    for (const Counter& bucket : buckets_) *out++ = bucket.value();
    *out = sum_.value();
  }

 private:
  std::array<Counter, GH_BUCKETS> buckets_;
  Counter sum_;
};

namespace detail {
template <typename Class, typename T>
struct Metric {
  std::string_view name;
  T Class::*member;
  std::string_view doc;
  std::string_view label;
  static constexpr std::uint32_t kind = std::is_same_v<T, Counter> ? GH_COUNTER
                                        : std::is_same_v<T, Gauge> ? GH_GAUGE
                                                                   : GH_HISTOGRAM;
};
inline void read(const Counter& from, std::uint64_t* out) { *out = from.value(); }
inline void read(const Gauge& from, std::uint64_t* out) {
  *out = static_cast<std::uint64_t>(from.value());
}
inline void read(const Histogram& from, std::uint64_t* out) { from.read(out); }
}  // namespace detail

// `label`: NAME="VALUE"; metrics of one name, one behind the other, differ by it.
template <typename Class, typename T>
constexpr detail::Metric<Class, T> metric(std::string_view name, T Class::*member,
                                          std::string_view doc, std::string_view label = {}) {
  return {name, member, doc, label};
}
template <typename... All>
constexpr std::tuple<All...> metrics(All... all) {
  return {all...};
}

}  // namespace gnu::visibility("hidden")]]gatehouse
