// gate.metric: what policies count and measure, for all workers.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "observe/prometheus.h"

namespace gatehouse::policy {

// Bounded: a series that finds no room is refused and counted.  They live as long as the process.
// Thread: any.  Cost: a lock of one of 16 parts for the time of a look-up.
class MetricTable {
 public:
  using Labels = std::span<std::pair<std::string_view, std::string_view>>;
  static constexpr std::size_t kParts = 16;
  static constexpr std::size_t kMostSeries = 2000;

  enum class Done : std::uint8_t { yes, other_kind, no_room };
  // Labels are sorted by name in place.
  [[nodiscard]] Done count(std::string_view name, Labels labels, std::uint64_t by);
  [[nodiscard]] Done observe(std::string_view name, Labels labels, std::uint64_t microseconds);

  // As gatehouse_lua_NAME.
  void write(observe::Exposition& out);

  // The gateway's.
  [[nodiscard]] static MetricTable& shared();

 private:
  enum class Kind : char { counter = 'c', histogram = 'h' };
  struct Series {
    std::array<std::uint64_t, observe::Histogram::kBuckets> counts{};  // of a counter: one
    std::uint64_t sum_us = 0;
  };
  struct Part {
    std::mutex mutex;
    std::unordered_map<std::string, Series> series;  // by kind, name and labels
  };
  template <typename Add>
  Done add(Kind kind, std::string_view name, Labels labels, Add add);
  // Whether there may be one more series of that name.
  Done admit(Kind kind, std::string_view name);

  std::array<Part, kParts> parts_;
  std::mutex mutex_;  // of what follows
  std::map<std::string, Kind, std::less<>> kinds_;
  std::size_t size_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace gatehouse::policy
