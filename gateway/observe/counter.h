// Numbers that one thread writes and any may read: no lock, no locked instruction.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace gatehouse::observe {

// Thread: written by one; `value` by any.  Cost: a load and a store.
class Counter {
 public:
  void operator++() noexcept { add(1); }
  void add(std::uint64_t n) noexcept {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  // When nobody counts any more.
  void clear() noexcept {
    if (value() != 0) value_.store(0, std::memory_order_relaxed);  // what is zero stays untouched
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// What goes up and down; a worker's share of a sum, so it may be negative.
// Thread: as Counter.
class Gauge {
 public:
  void operator++() noexcept { add(1); }
  void operator--() noexcept { add(-1); }
  void add(std::int64_t n) noexcept { set(value() + n); }
  void set(std::int64_t value) noexcept { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Durations in fixed buckets.
// Thread: as Counter.  Cost: about 2 ns.
class Histogram {
 public:
  // Upper bounds in microseconds, inclusive; one more bucket takes the rest.
  static constexpr std::array<std::uint64_t, 14> kBounds = {
      500,     1'000,   2'500,   5'000,     10'000,    25'000,    50'000,
      100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
  static constexpr std::size_t kBuckets = kBounds.size() + 1;

  // Less than 0 counts as 0 (a clock that was read out of order).
  void observe(std::int64_t us) noexcept {
    const auto value = us < 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(us);
    ++buckets_[bucket_of(value)];
    sum_us_.add(value);
  }
  void clear() noexcept {
    for (Counter& bucket : buckets_) bucket.clear();
    sum_us_.clear();
  }
  [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t us) noexcept;

  // Adds each bucket to `buckets` (not cumulative) and returns the sum of all durations in
  // microseconds.
  std::uint64_t add_to(std::span<std::uint64_t, kBuckets> buckets) const noexcept {
    for (std::size_t i = 0; i < kBuckets; ++i) buckets[i] += buckets_[i].value();
    return sum_us_.value();
  }

 private:
  // The first bucket that a value of this many bits can be in.  Bounds are at least twice as far
  // from zero as their neighbour, so that it is this one or the next.
  static constexpr std::array<std::uint8_t, 65> kFirst = [] {
    std::array<std::uint8_t, 65> first{};
    for (std::size_t bits = 1; bits < 65; ++bits) {
      const std::uint64_t smallest = std::uint64_t{1} << (bits - 1);
      std::uint8_t bucket = 0;
      while (bucket < kBounds.size() && smallest > kBounds[bucket]) ++bucket;
      first[bits] = bucket;
    }
    return first;
  }();

  Counter sum_us_;
  std::array<Counter, kBuckets> buckets_;
};

constexpr std::size_t Histogram::bucket_of(std::uint64_t us) noexcept {
  const std::size_t first = kFirst[static_cast<std::size_t>(std::bit_width(us))];
  return first < kBounds.size() && us > kBounds[first] ? first + 1 : first;
}

}  // namespace gatehouse::observe
