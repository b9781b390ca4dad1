// The text that Prometheus scrapes.  Source: "Text-based format", version 0.0.4, prometheus.io.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "observe/access_log.h"
#include "observe/metrics.h"

namespace gatehouse::observe {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

// Writes one family after the other; names get the prefix gatehouse_.
class Exposition {
 public:
  enum class Type : std::uint8_t { counter, gauge, histogram };

  // Starts a family: HELP and TYPE.
  void family(std::string_view name, Type type, std::string_view help);
  // A sample of that family.  `labels` as label_text makes them; `more`: further ones, already
  // escaped.
  void sample(std::string_view labels, std::uint64_t value, std::string_view more = {});
  void sample(std::string_view labels, std::int64_t value);
  // The same of a time.
  void seconds(std::string_view labels, std::uint64_t microseconds);
  // `buckets` not cumulative, as Histogram has them.
  void histogram(std::string_view labels,
                 std::span<const std::uint64_t, Histogram::kBuckets> buckets, std::uint64_t sum_us);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void append_seconds(std::uint64_t microseconds);
  void start(std::string_view suffix, std::string_view labels, std::string_view more);

  std::string out_;
  std::string name_;
};

// All shards, summed.  A rule that was never asked is left out.
// Thread: control.  Cost: about 2 µs for each rule that was asked.
void write_metrics(Exposition& out, const Metrics& metrics);
void write_access_log(Exposition& out, const AccessLogCounts& counts);
// Survived bugs and lines that the operator's log could not write.
void write_process(Exposition& out, const Log& operator_log);

}  // namespace gatehouse::observe
